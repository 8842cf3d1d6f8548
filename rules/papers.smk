"""From a venue and its years to the papers that mention the dataset, with the passages.

in:  OpenReview or a folder of PDFs (config section `papers`), data/venues.yaml
out: results/papers/{venue}-{year}.jsonl, .pdfs.csv; results/mentions/{venue}-{year}.jsonl

With `papers.shards` above 1 the jobs of a year write results/*/shards/, which are merged afterwards.
Listings, PDFs and texts are kept in `papers.cache_dir`, which is no rule's output: a failed job
loses none of them, and no job fetches them twice.
"""


wildcard_constraints:
    venue=r"[A-Za-z0-9_.]+",
    year=r"\d{4}",
    shard=r"\d+",


localrules:
    list_papers,


rule papers:
    """Target: the PDFs of all years in papers.years."""
    input:
        lambda wildcards: asked_for(
            live_files, config["papers"], "results/papers/{venue}-{year}.pdfs.csv"
        ),


rule mentions:
    """Target: the papers of all years in papers.years with their mentions of the dataset."""
    input:
        lambda wildcards: asked_for(
            live_files, config["papers"], "results/mentions/{venue}-{year}.jsonl"
        ),


rule list_papers:
    """List the papers of a year from OpenReview or a folder."""
    output:
        "results/papers/{venue}-{year}.jsonl",
    log:
        "logs/list_papers/{venue}-{year}.log",
    conda:
        ENVIRONMENT
    resources:
        openreview=1,
    params:
        papers=lambda wildcards: papers_settings(config["papers"], int(wildcards.year)),
        limits=Uncompared(download=config["papers"]["download"]),
    script:
        "../scripts/list_papers.py"


rule download_papers:
    """Get the PDFs of a year, or of one shard of it, into the cache."""
    input:
        papers="results/papers/{venue}-{year}.jsonl",
    output:
        f"results/papers/{SHARD}.pdfs.csv",
    log:
        f"logs/download_papers/{SHARD}.log",
    conda:
        ENVIRONMENT
    resources:
        openreview=1 if config["papers"]["source"] == "openreview" else 0,
        mem_mb=4000,
        runtime=1440,
    params:
        papers=lambda wildcards: papers_settings(
            config["papers"], int(wildcards.year), int(wildcards.get("shard", 0))
        ),
        limits=Uncompared(download=config["papers"]["download"]),
    script:
        "../scripts/download_papers.py"


rule find_mentions:
    """Find the mentions of the dataset in the PDFs of a year, or of one shard of it."""
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
        papers={
            key: config["papers"][key]
            for key in [
                "cache_dir",
                "pdf_engine",
                "seconds_per_pdf",
                "megabytes_per_pdf",
                "shards",
            ]
        },
        # A function, since patterns may hold braces.
        patterns=lambda wildcards: config["dataset"]["patterns"],
        shard=lambda wildcards: int(wildcards.get("shard", 0)),
    script:
        "../scripts/find_mentions.py"


if SHARDS > 1:

    localrules:
        merge_shards,

    ruleorder: list_papers > merge_shards

    rule merge_shards:
        """Merge the shards of a year: PDFs, mentions and labels."""
        input:
            expand(f"results/{{table}}/{SHARD}.{{kind}}", shard=range(SHARDS), allow_missing=True),
        output:
            "results/{table}/{venue}-{year}.{kind}",
        log:
            "logs/merge_shards/{table}/{venue}-{year}.{kind}.log",
        wildcard_constraints:
            table="papers|mentions|usage",
            kind=r"pdfs\.csv|jsonl",
        conda:
            ENVIRONMENT
        script:
            "../scripts/merge_shards.py"
