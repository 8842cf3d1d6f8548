"""The published check, figures, tables and the page to read.

in:  the tables of all stages, data/published/
out: results/published_check.csv, results/figures/, results/tables/, results/report.html
"""


rule report:
    input:
        "results/report.html",
        "results/published_check.csv",
        expand(
            "results/figures/{name}.{kind}", name=["usage", "training_runs"], kind=["svg", "png"]
        ),
        expand("results/tables/{name}.{kind}", name=TEXT_TABLES, kind=["csv", "md", "tex"]),


rule check_published:
    input:
        values_printed=f"{PUBLISHED}/values.csv",
        counts=f"{PUBLISHED}/usage_counts.csv",
        publications=f"{PUBLISHED}/publications.csv",
        energy=f"{PUBLISHED}/energy_per_epoch.csv",
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
    output:
        usage=multiext("results/figures/usage", ".svg", ".png"),
        runs=multiext("results/figures/training_runs", ".svg", ".png"),
    log:
        "logs/draw_figures.log",
    conda:
        ENVIRONMENT
    params:
        code=code("draw_figures"),
    script:
        "../scripts/draw_figures.py"


rule format_tables:
    input:
        projection="results/projection.csv",
        runs="results/training_runs.csv",
        energy="results/energy_per_epoch.csv",
        training="results/training_emissions.csv",
        storage="results/storage_emissions.csv",
    output:
        expand("results/tables/{name}.{kind}", name=TEXT_TABLES, kind=["csv", "md", "tex"]),
    log:
        "logs/format_tables.log",
    conda:
        ENVIRONMENT
    params:
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
        per_capita_emissions=f"{FACTORS}/per_capita_emissions.csv",
        figures=expand("results/figures/{name}.svg", name=["usage", "training_runs"]),
    output:
        "results/report.html",
    log:
        "logs/write_report.log",
    conda:
        ENVIRONMENT
    params:
        config={
            section: config[section]
            for section in ["dataset", "training", "storage", "carbon", "methods"]
        },
        code=code("write_report"),
    script:
        "../scripts/write_report.py"
