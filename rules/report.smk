"""The published check, figures, tables and the page to read.

in:  the tables of all stages and of the dataset, data/factors/
out: results/published_check.csv, results/figures/, results/tables/, results/report.html
"""


localrules:
    check_published,
    draw_figures,
    draw_sensitivity,
    format_tables,
    write_report,


rule report:
    input:
        "results/report.html",
        "results/published_check.csv",
        rules.frugality.input,
        rules.uncertainty.input,
        rules.usage.input,
        rules.hub.input if HUB_IS_KNOWN else [],
        rules.literature.input,
        rules.impacts.input if IMPACTS_ARE_WANTED else [],
        expand("results/figures/{name}.{kind}", name=FIGURES, kind=["svg", "png"]),
        expand("results/tables/{name}.{kind}", name=TEXT_TABLES, kind=["csv", "md", "tex"]),


rule check_published:
    input:
        values_printed=TABLES["values"],
        counts=TABLES["usage_counts"],
        projection="results/published_projection.csv",
        publications=TABLES["publications"],
        energy=TABLES["energy_per_epoch"],
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
    input:
        projection="results/projection.csv",
        runs="results/training_runs.csv",
        energy="results/energy_per_epoch.csv",
        compared="results/projection_compared.csv",
    output:
        usage=multiext("results/figures/usage", ".svg", ".png"),
        runs=multiext("results/figures/training_runs", ".svg", ".png"),
        frugality=multiext("results/figures/frugality", ".svg", ".png"),
        compared=multiext("results/figures/projection_compared", ".svg", ".png"),
    log:
        "logs/draw_figures.log",
    priority: 1  # among the slowest: others fill the cores beside it
    conda:
        ENVIRONMENT
    params:
        config={
            "dataset": SIZE,
            **{name: config[name] for name in ["training", "storage", "frugality"]},
        },
        code=code("draw_figures"),
    script:
        "../scripts/draw_figures.py"


# Apart from the others, which need not wait for the sensitivity.
rule draw_sensitivity:
    input:
        "results/sensitivity.csv",
    output:
        multiext("results/figures/sensitivity", ".svg", ".png"),
    log:
        "logs/draw_sensitivity.log",
    conda:
        ENVIRONMENT
    params:
        methods=config["methods"],
        code=code("draw_sensitivity"),
    script:
        "../scripts/draw_sensitivity.py"


rule format_tables:
    input:
        projection="results/projection.csv",
        runs="results/training_runs.csv",
        energy="results/energy_per_epoch.csv",
        training="results/training_emissions.csv",
        storage="results/storage_emissions.csv",
        intensities=f"{FACTORS}/carbon_intensity_by_year.csv",
        per_capita=f"{FACTORS}/per_capita_emissions.csv",
    output:
        expand("results/tables/{name}.{kind}", name=TEXT_TABLES, kind=["csv", "md", "tex"]),
    log:
        "logs/format_tables.log",
    conda:
        ENVIRONMENT
    params:
        config={
            "dataset": SIZE,
            **{name: config[name] for name in ["training", "storage", "carbon", "methods"]},
        },
        code=code("format_tables"),
    script:
        "../scripts/format_tables.py"


rule write_report:
    input:
        projection="results/projection.csv",
        training_runs="results/training_runs.csv",
        energy_per_epoch="results/energy_per_epoch.csv",
        training_emissions="results/training_emissions.csv",
        storage_emissions="results/storage_emissions.csv",
        published_check="results/published_check.csv",
        published_projection="results/published_projection.csv",
        published_publications=TABLES["publications"],
        frugality="results/frugality.csv",
        break_even="results/break_even.csv",
        energy_to_accuracy=f"{FACTORS}/energy_to_accuracy.csv",
        carbon_intensity_by_year=f"{FACTORS}/carbon_intensity_by_year.csv",
        per_capita_emissions=f"{FACTORS}/per_capita_emissions.csv",
        additional_impacts="results/additional_impacts.csv" if IMPACTS_ARE_WANTED else [],
        uncertainty="results/uncertainty.csv",
        sensitivity="results/sensitivity.csv",
        next_observation="results/next_observation.csv",
        backtest="results/backtest.csv",
        usage_counts="results/usage_counts.csv",
        publications="results/publications.csv",
        classification="results/classification.csv",
        audit_agreement=("results/audit/agreement.csv" if config["usage"]["audit"] else []),
        hub_copies="results/hub_copies.csv" if HUB_IS_KNOWN else [],
        hub_downloads_per_run="results/hub_downloads_per_run.csv" if HUB_IS_KNOWN else [],
        publications_compared=(
            "results/publications_compared.csv" if config["literature"]["compare_with"] else []
        ),
        figures=expand("results/figures/{name}.svg", name=REPORT_FIGURES),
    output:
        "results/report.html",
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
