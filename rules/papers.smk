"""From a venue and its years to the papers that mention the dataset, with the passages.

in:  OpenReview or a folder of PDFs (config section `papers`), data/venues.yaml
out: results/papers/{venue}-{year}.jsonl, .pdfs.csv; results/mentions/{venue}-{year}.jsonl

With `papers.shards` above 1 the jobs of a year write results/*/shards/, put together again after.
Listings, PDFs and texts are kept in `papers.cache_dir`, which no rule declares as its output: they
survive whatever happens to a job, and no job fetches them twice.
"""


wildcard_constraints:
    venue=r"[A-Za-z0-9_.]+",
    year=r"\d{4}",
    shard=r"\d+",


localrules:
    list_papers,


rule papers:
    input:
        lambda wildcards: asked_for(
            live_files, config["papers"], "results/papers/{venue}-{year}.pdfs.csv"
        ),


rule mentions:
    input:
        lambda wildcards: asked_for(
            live_files, config["papers"], "results/mentions/{venue}-{year}.jsonl"
        ),


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
        limits=Uncompared(download=config["papers"]["download"]),
    script:
        "../scripts/list_papers.py"


rule download_papers:
    input:
        papers="results/papers/{venue}-{year}.jsonl",
        urls=config["papers"]["urls"] or [],
    output:
        f"results/papers/{SHARD}.pdfs.csv",
    log:
        f"logs/download_papers/{SHARD}.log",
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        openreview=1 if config["papers"]["source"] == "openreview" else 0,
        mem_mb=4000,
        runtime=1440,
    params:
        papers=lambda wildcards: download_settings(
            config["papers"], int(wildcards.year), int(wildcards.get("shard", 0))
        ),
        limits=Uncompared(download=config["papers"]["download"]),
    script:
        "../scripts/download_papers.py"


rule find_mentions:
    input:
        papers="results/papers/{venue}-{year}.jsonl",
        pdfs=f"results/papers/{SHARD}.pdfs.csv",
    output:
        f"results/mentions/{SHARD}.jsonl",
    log:
        f"logs/find_mentions/{SHARD}.log",
    conda:
        ENVIRONMENT
    threads: 4
    resources:
        mem_mb=4000,
        runtime=240,
    params:
        search=lambda wildcards: search_settings(
            config["papers"], config["dataset"], int(wildcards.get("shard", 0))
        ),
    script:
        "../scripts/find_mentions.py"


if SHARDS > 1:

    localrules:
        merge_downloads,
        merge_records,

    rule merge_downloads:
        input:
            expand(f"results/papers/{SHARD}.pdfs.csv", shard=range(SHARDS), allow_missing=True),
        output:
            "results/papers/{venue}-{year}.pdfs.csv",
        log:
            "logs/merge_downloads/{venue}-{year}.log",
        conda:
            ENVIRONMENT
        script:
            "../scripts/merge_downloads.py"

    # Labels as well, where they are cut.
    rule merge_records:
        input:
            expand(f"results/{{table}}/{SHARD}.jsonl", shard=range(SHARDS), allow_missing=True),
        output:
            "results/{table}/{venue}-{year}.jsonl",
        log:
            "logs/merge_records/{table}/{venue}-{year}.log",
        wildcard_constraints:
            table="mentions|usage" if USAGE_SHARDS > 1 else "mentions",
        conda:
            ENVIRONMENT
        script:
            "../scripts/merge_records.py"
