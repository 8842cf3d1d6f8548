"""From a venue and its years to the papers that mention the dataset, with the passages.

in:  OpenReview or a folder of PDFs (config section `papers`), data/venues.yaml
out: results/papers/{venue}-{year}.jsonl, .pdfs.csv; results/mentions/{venue}-{year}.jsonl

Listings, PDFs and texts are kept in `papers.cache_dir`, which no rule declares as its output: they
survive whatever happens to a job, and no job fetches them twice.
"""


wildcard_constraints:
    venue=r"[A-Za-z0-9_.]+",
    year=r"\d{4}",
    shard=r"\d+",


# The jobs of one year: one, or as many as `papers.shards` says.
SHARD = (
    "{venue}-{year}"
    if config["papers"]["shards"] == 1
    else f"shards/{{venue}}-{{year}}.{{shard}}of{config['papers']['shards']}"
)


rule papers:
    input:
        lambda wildcards: live_files(config["papers"], "results/papers/{venue}-{year}.pdfs.csv"),


rule mentions:
    input:
        lambda wildcards: live_files(config["papers"], "results/mentions/{venue}-{year}.jsonl"),


rule list_papers:
    output:
        "results/papers/{venue}-{year}.jsonl",
    log:
        "logs/list_papers/{venue}-{year}.log",
    conda:
        ENVIRONMENT
    resources:
        openreview=1,
    params:
        papers=lambda wildcards: listing_settings(config["papers"], int(wildcards.year)),
    script:
        "../scripts/list_papers.py"


rule download_papers:
    input:
        papers="results/papers/{venue}-{year}.jsonl",
    output:
        "results/papers/{venue}-{year}.pdfs.csv",
    log:
        "logs/download_papers/{venue}-{year}.log",
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        openreview=1,
    params:
        papers=lambda wildcards: download_settings(config["papers"], int(wildcards.year)),
    script:
        "../scripts/download_papers.py"


rule find_mentions:
    input:
        papers="results/papers/{venue}-{year}.jsonl",
        pdfs="results/papers/{venue}-{year}.pdfs.csv",
    output:
        f"results/mentions/{SHARD}.jsonl",
    log:
        f"logs/find_mentions/{SHARD}.log",
    conda:
        ENVIRONMENT
    threads: 4
    params:
        search=lambda wildcards: search_settings(
            config["papers"], config["dataset"], int(wildcards.get("shard", 0))
        ),
    script:
        "../scripts/find_mentions.py"


if config["papers"]["shards"] > 1:

    rule merge_mentions:
        input:
            expand(
                f"results/mentions/{SHARD}.jsonl",
                shard=range(config["papers"]["shards"]),
                allow_missing=True,
            ),
        output:
            "results/mentions/{venue}-{year}.jsonl",
        log:
            "logs/merge_mentions/{venue}-{year}.log",
        conda:
            ENVIRONMENT
        script:
            "../scripts/merge_mentions.py"
