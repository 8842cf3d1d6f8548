"""Papers of the venue that mention the dataset and that trained on it, a year.

in:  the source that `usage.counts` names for each year
out: results/usage_counts.csv
"""


rule usage:
    input:
        "results/usage_counts.csv",


rule count_usage:
    input:
        list(COUNT_TABLES.values()),
    output:
        "results/usage_counts.csv",
    log:
        "logs/count_usage.log",
    conda:
        ENVIRONMENT
    params:
        usage={"counts": COUNT_SOURCES, "until": config["projection"]["until"]},
        tables=list(COUNT_TABLES),
        code=code("count_usage"),
    script:
        "../scripts/count_usage.py"
