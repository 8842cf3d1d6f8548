"""Yearly shares, observed and continued to years without counts.

in:  results/usage_counts.csv
out: results/projection.csv
"""


rule projection:
    input:
        "results/projection.csv",


rule project_usage:
    input:
        counts="results/usage_counts.csv",
    output:
        "results/projection.csv",
    log:
        "logs/project_usage.log",
    conda:
        ENVIRONMENT
    params:
        code=code("project_usage"),
    script:
        "../scripts/project_usage.py"
