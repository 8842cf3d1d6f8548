"""The published check, figures, tables, the page to read, and scenarios beside each other.

in:  the tables of all stages and of the dataset, data/factors/
out: results/published_check.csv, results/figures/, results/tables/, results/report.html,
     results/footprint.json, results/footprint.md, results/scenarios.csv, results/compared.csv
"""

from datafootprint.report.contents import CHARTS, FIGURES, PAGE_TABLES, TEXT_TABLES
from datafootprint.terminal import last_words, stop_timers

# The dataset's own tables, from which the values that its paper prints are computed again.
PRINTED_TABLES = ["usage_counts", "publications", "energy_per_epoch"]
# Table that the report reads -> its file; [] is one that this configuration does not have.
REPORT_TABLES = {
    **{name: f"results/{name}.csv" for name in [*PAGE_TABLES, "projection_compared"]},
    "energy_to_accuracy": f"{FACTORS}/energy_to_accuracy.csv",
    "carbon_intensity_by_year": f"{FACTORS}/carbon_intensity_by_year.csv",
    "per_capita_emissions": f"{FACTORS}/per_capita_emissions.csv",
    "hub_counts": HUB_COUNTS,
    **{f"published_{name}": TABLES[name] for name in PRINTED_TABLES},
    "values": TABLES["values"],
    "audit_agreement": "results/audit/agreement.csv",
}
for wanted, names in [
    (IS_PUBLISHED, ["published_projection", *(f"published_{name}" for name in PRINTED_TABLES)]),
    (SUBSET_IS_KNOWN, ["frugality", "break_even"]),
    (ABSTRACTS, ["abstract_mentions"]),
    (HUB_COUNTS, ["hub_copies", "hub_downloads_per_run"]),
    (IMPACTS_ARE_WANTED, ["additional_impacts"]),
    (config["literature"]["compare_with"], ["publications_compared"]),
    (config["usage"]["audit"], ["audit_agreement"]),
    (PAPERS_READ, ["classification_check"]),
]:
    REPORT_TABLES |= {} if wanted else {name: [] for name in names}
# Tables that this configuration does not make.
ABSENT = [name for name, path in REPORT_TABLES.items() if not path]
ABSENT += [] if IS_PUBLISHED else ["published_check"]
ABSENT += [] if SUBSET_IS_KNOWN else ["energy_gains"]
DRAWN = {
    name: multiext(f"results/figures/{name}", ".svg", ".pdf", ".png")
    for name, tables in FIGURES.items()
    if all(REPORT_TABLES[table] for table in tables) and (name != "frugality" or SUBSET_IS_KNOWN)
}
# The rule that ranks the sources of uncertainty draws them as well.
PLAIN = {name: files for name, files in DRAWN.items() if name not in (*CHARTS, "sensitivity")}


localrules:
    compare_runs,
    draw_charts,
    draw_figures,
    draw_scenarios,
    write_report,


rule scenarios:
    """Target: the same runs in every country and under every scenario of the configuration."""
    input:
        "results/scenarios.csv",
        "results/figures/scenarios.pdf",


rule compare:
    """Target: this run beside another one, whose results folder the key `compare` names."""
    input:
        "results/compared.csv",


rule report:
    """Target: the page to read, and all tables and figures of this run."""
    input:
        "results/report.html",
        "results/scenarios.csv",
        "results/published_check.csv" if IS_PUBLISHED else [],
        [f"results/{name}.csv" for name in SAVINGS],
        rules.uncertainty.input,
        rules.usage.input,
        rules.hub.input if HUB_COUNTS else [],
        rules.literature.input,
        REPORT_TABLES["additional_impacts"],
        list(DRAWN.values()),
        expand("results/tables/{name}.{kind}", name=TEXT_TABLES, kind=["csv", "md", "tex"]),


rule draw_figures:
    """Draw the figures, none of which depends on the carbon intensity."""
    input:
        **{table: REPORT_TABLES[table] for name in PLAIN for table in FIGURES[name]},
    output:
        **PLAIN,
    log:
        "logs/draw_figures.log",
    priority: 1  # among the slowest: others fill the cores beside it
    conda:
        ENVIRONMENT
    params:
        settings={
            "dataset": SIZE,
            "hub": {"search": config["hub"]["search"]},
            "literature": {"disagreement_factor": config["literature"]["disagreement_factor"]},
            **{name: config[name] for name in ["training", "storage", "frugality", "methods"]},
        },
        code=code("draw_figures"),
    script:
        "../scripts/draw_figures.py"


use rule draw_figures as draw_charts with:
    input:
        **{table: REPORT_TABLES[table] for name in CHARTS for table in FIGURES[name]},
    output:
        **{name: DRAWN[name] for name in CHARTS},
    log:
        "logs/draw_charts.log",
    priority: 0


use rule draw_figures as draw_scenarios with:
    input:
        scenarios="results/scenarios.csv",
    output:
        scenarios=multiext("results/figures/scenarios", ".svg", ".pdf", ".png"),
    log:
        "logs/draw_scenarios.log",


rule compare_runs:
    """Put the settings and results of another run beside those of this one."""
    input:
        own=["results/training_emissions.csv", "results/storage_emissions.csv"],
        ranges="results/uncertainty.csv",
        other=lambda wildcards: asked_for(
            require,
            config["compare"]
            and (Path(config["compare"]) / "settings.yaml").is_file()
            and [f"{config['compare']}/uncertainty.csv"],
            f"compare is {config['compare'] or 'null'}, but must be the folder results of another run: "
            "--config compare=../other/results",
        ),
    output:
        table="results/compared.csv",
        markdown="results/tables/compared.md",
    log:
        "logs/compare_runs.log",
    conda:
        ENVIRONMENT
    params:
        other=config["compare"],
        code=code("compare_runs"),
    script:
        "../scripts/compare_runs.py"


rule write_report:
    """Write the page to read, the tables, the check of the paper, and the footprint for machines."""
    input:
        **{name: REPORT_TABLES[name] for name in PAGE_TABLES},
        figures=[files[0] for name, files in DRAWN.items() if name not in CHARTS],
    output:
        page="results/report.html",
        check="results/published_check.csv" if IS_PUBLISHED else [],
        card="results/footprint.json",
        markdown="results/footprint.md",
        scenarios="results/scenarios.csv",
        tables=expand("results/tables/{name}.{kind}", name=TEXT_TABLES, kind=["csv", "md", "tex"]),
    log:
        "logs/write_report.log",
    conda:
        ENVIRONMENT
    params:
        config={
            "dataset": NAMES | SIZE,
            "papers": {"years": config["papers"]["years"]},
            "literature": {"source": config["literature"]["source"]},
            **{
                name: config[name]
                for name in [
                    "projection",
                    "training",
                    "storage",
                    "carbon",
                    "frugality",
                    "uncertainty",
                    "hub",
                    "methods",
                    "scenarios",
                ]
            },
        },
        run={
            "version": VERSION,
            "venue": venue_of(config["papers"]),
            "differs": DIFFERS,
            "figures": list(DRAWN),
            "invented": os.path.realpath(config["papers"]["folder"] or "")
            == os.path.realpath(ROOT / "data/demo/papers"),
        },
        places=Uncompared(root=str(ROOT), data=DATA),
        code=code("write_report"),
    script:
        "../scripts/write_report.py"


if not IS_MODULE:

    onsuccess:
        jobs = workflow.dag.targetjobs
        for words in last_words(
            {job.rule.name for job in workflow.dag.jobs},
            {file for job in jobs for file in (job.input or job.output)},
            ABSENT,
            Path("results"),
        ):
            logger.info(words)
        stop_timers()
