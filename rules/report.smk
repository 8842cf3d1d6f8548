"""The published check, figures, tables and the page to read.

in:  the tables of all stages and of the dataset, data/factors/
out: results/published_check.csv, results/figures/, results/tables/, results/report.html
"""

from datafootprint.report.contents import FIGURES, PAGE_TABLES, TEXT_TABLES

# Table that the report reads -> its file; [] is one that this configuration does not have.
REPORT_TABLES = {
    **{name: f"results/{name}.csv" for name in [*PAGE_TABLES, "projection_compared"]},
    "energy_to_accuracy": f"{FACTORS}/energy_to_accuracy.csv",
    "carbon_intensity_by_year": f"{FACTORS}/carbon_intensity_by_year.csv",
    "per_capita_emissions": f"{FACTORS}/per_capita_emissions.csv",
    "hub_counts": HUB_COUNTS,
    "published_publications": TABLES["publications"],
    "audit_agreement": "results/audit/agreement.csv",
}
for wanted, names in [
    (IS_PUBLISHED, ["published_check", "published_projection", "published_publications"]),
    (SUBSET_IS_KNOWN, ["frugality", "break_even"]),
    (HUB_COUNTS, ["hub_copies", "hub_downloads_per_run"]),
    (IMPACTS_ARE_WANTED, ["additional_impacts"]),
    (config["literature"]["compare_with"], ["publications_compared"]),
    (config["usage"]["audit"], ["audit_agreement"]),
]:
    REPORT_TABLES |= {} if wanted else {name: [] for name in names}
DRAWN = {
    name: multiext(f"results/figures/{name}", ".svg", ".png")
    for name, figure in FIGURES.items()
    if all(REPORT_TABLES[table] for table in figure.tables)
    and (name != "frugality" or SUBSET_IS_KNOWN)
}


localrules:
    check_published,
    draw_figures,
    write_report,


rule report:
    """Target: the page to read, and all tables and figures of this run."""
    input:
        "results/report.html",
        REPORT_TABLES["published_check"],
        rules.frugality.input if SUBSET_IS_KNOWN else [],
        rules.uncertainty.input,
        rules.usage.input,
        rules.hub.input if HUB_COUNTS else [],
        rules.literature.input,
        rules.impacts.input if IMPACTS_ARE_WANTED else [],
        list(DRAWN.values()),
        expand("results/tables/{name}.{kind}", name=TEXT_TABLES, kind=["csv", "md", "tex"]),


rule check_published:
    """Compare every value that the paper prints with the same value recomputed."""
    input:
        values=TABLES["values"],
        usage_counts=TABLES["usage_counts"],
        published_projection="results/published_projection.csv",
        publications=TABLES["publications"],
        energy_per_epoch=TABLES["energy_per_epoch"],
    output:
        "results/published_check.csv",
    log:
        "logs/check_published.log",
    conda:
        ENVIRONMENT
    params:
        code=code("check_published"),
    script:
        "../scripts/check_published.py"


rule draw_figures:
    """Draw the figures, none of which depends on the carbon intensity."""
    input:
        **{table: REPORT_TABLES[table] for name in DRAWN for table in FIGURES[name].tables},
    output:
        **DRAWN,
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


rule write_report:
    """Write the page to read and the tables for people."""
    input:
        **{name: REPORT_TABLES[name] for name in PAGE_TABLES},
        figures=expand("results/figures/{name}.svg", name=DRAWN),
    output:
        page="results/report.html",
        tables=expand("results/tables/{name}.{kind}", name=TEXT_TABLES, kind=["csv", "md", "tex"]),
    log:
        "logs/write_report.log",
    conda:
        ENVIRONMENT
    params:
        config={
            "dataset": NAMES | SIZE,
            "papers": {"years": config["papers"]["years"]},
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
                ]
            },
        },
        run={
            "version": VERSION,
            "venue": venue_of(config["papers"]),
            "differs": DIFFERS,
        },
        code=code("write_report"),
    script:
        "../scripts/write_report.py"
