"""From the shares of one venue to training runs across the literature.

in:  results/projection.csv, and the source that `literature.source` names
out: results/publications.csv, results/training_runs.csv
"""


rule literature:
    input:
        "results/training_runs.csv",


rule count_publications:
    input:
        PUBLICATION_TABLE,
    output:
        "results/publications.csv",
    log:
        "logs/count_publications.log",
    conda:
        ENVIRONMENT
    params:
        literature=config["literature"],
        code=code("count_publications"),
    script:
        "../scripts/count_publications.py"


rule estimate_runs:
    input:
        projection="results/projection.csv",
        publications="results/publications.csv",
    output:
        "results/training_runs.csv",
    log:
        "logs/estimate_runs.log",
    conda:
        ENVIRONMENT
    params:
        code=code("estimate_runs"),
    script:
        "../scripts/estimate_runs.py"
