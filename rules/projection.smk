"""Yearly shares, observed and continued to years without counts; the models compared and tested.

in:  results/usage_counts.csv, the dataset's usage_counts.csv
out: results/projection.csv, results/projection_compared.csv, results/backtest.csv,
     results/abstract_mentions.csv; results/published_projection.csv, the paper's own, for its check
"""


localrules:
    project_usage,


rule projection:
    """Target: yearly shares, observed and continued, by all models."""
    input:
        "results/projection.csv",
        "results/projection_compared.csv",
        "results/backtest.csv",
        "results/published_projection.csv" if IS_PUBLISHED else [],
        "results/abstract_mentions.csv" if ABSTRACTS else [],


rule project_usage:
    """Continue the yearly shares to the years without counts, by the chosen model and by all."""
    input:
        counts="results/usage_counts.csv",
        abstracts=ABSTRACTS,
        stratum_counts=TABLES["stratum_counts"] if ABSTRACTS else [],
        published=TABLES["usage_counts"] if IS_PUBLISHED else [],
    output:
        projection="results/projection.csv",
        published="results/published_projection.csv" if IS_PUBLISHED else [],
        compared="results/projection_compared.csv",
        backtest="results/backtest.csv",
        abstract_mentions="results/abstract_mentions.csv" if ABSTRACTS else [],
    log:
        "logs/project_usage.log",
    priority: 1  # among the slowest: others fill the cores beside it
    conda:
        ENVIRONMENT
    params:
        projection={
            "model": config["projection"]["model"],
            "slope_prior_sd": config["projection"]["slope_prior_sd"],
        },
        code=code("project_usage"),
    script:
        "../scripts/project_usage.py"
