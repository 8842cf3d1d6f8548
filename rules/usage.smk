"""How the papers used the dataset, and how many trained on it per year.

in:  results/mentions/{venue}-{year}.jsonl and the papers' texts in the cache, for years that are
     read, and data/usage_cues.csv; the table that `usage.counts` names for the others; the audited
     sample, if there is one
out: results/usage/{venue}-{year}.jsonl, results/usage_counts.csv, results/classification.csv,
     results/labels.csv, results/classification_check.csv;
     on demand results/usage_plan.csv and results/audit/

Answers of a language model are kept in `papers.cache_dir`, which no rule declares as its output: no
answer is paid for twice.
"""

# Papers of the venue that were read one by one, where counts were published beside them.
PAPERS_READ = TABLES["papers_read"] if TABLES["usage_counts"] else []


localrules:
    plan_usage,
    draw_audit_sample,
    score_audit,
    validate_labels,
    count_usage,


rule usage:
    """Target: the usage counts of all years and the labels of the papers that were read."""
    input:
        "results/usage_counts.csv",
        "results/classification.csv",
        "results/labels.csv",
        "results/classification_check.csv" if PAPERS_READ else [],
        expand("results/usage/{live}.jsonl", live=LIVE_YEARS),
        expand("results/papers/{live}.pdfs.csv", live=LIVE_YEARS),


rule plan:
    """Target: what labelling with a language model would send and cost."""
    input:
        "results/usage_plan.csv",


rule audit:
    """Target: a sample of labelled papers for a person to read."""
    input:
        "results/audit/sample.csv",
        "results/audit/audit.html",


rule validate:
    """Target: how well the classifier does on papers of yours that were read (papers_read.csv)."""
    input:
        "results/validation.csv",


rule classify_usage:
    """Label how each mentioning paper of a year, or of one shard of it, used the dataset."""
    input:
        mentions=lambda wildcards: asked_for(
            mentions_to_label,
            config["usage"],
            f"results/mentions/{SHARD}.jsonl".format(**wildcards),
            f"results/usage/{SHARD}.jsonl".format(**wildcards),
            config["papers"]["cache_dir"],
        ),
        # The package finds it by itself; edited cues label all papers again.
        cues=f"{DATA}/usage_cues.csv",
    output:
        f"results/usage/{SHARD}.jsonl",
    log:
        f"logs/classify_usage/{SHARD}.log",
    conda:
        ENVIRONMENT
    resources:
        llm=1 if config["usage"]["classifier"] == "llm" else 0,
        mem_mb=2000,
        runtime=1440,
    params:
        dataset=NAMES,
        usage=classification_settings(config["usage"]),
        limits=Uncompared(llm=config["usage"]["llm"]),
        papers={"cache_dir": config["papers"]["cache_dir"]},
        asked_again=lambda wildcards: unjudged_since(
            f"results/usage/{SHARD}.jsonl".format(**wildcards)
        ),
    script:
        "../scripts/classify_usage.py"


if config["usage"]["classifier"] == "llm" and config["usage"]["llm"]["batch"]:

    ruleorder: collect_batch > classify_usage

    rule submit_batch:
        """Send the questions about the papers of a year, or of one shard, to the Batch API."""
        input:
            mentions=rules.classify_usage.input.mentions,
        output:
            temp(f"results/batches/{SHARD}.json"),
        log:
            f"logs/submit_batch/{SHARD}.log",
        conda:
            ENVIRONMENT
        resources:
            llm=1,
            mem_mb=2000,
            runtime=4320,
        params:
            dataset=NAMES,
            usage=classification_settings(config["usage"]),
            limits=Uncompared(llm=config["usage"]["llm"]),
            papers={"cache_dir": config["papers"]["cache_dir"]},
        script:
            "../scripts/submit_batch.py"

    use rule classify_usage as collect_batch with:
        input:
            mentions=f"results/mentions/{SHARD}.jsonl",
            cues=f"{DATA}/usage_cues.csv",
            batches=f"results/batches/{SHARD}.json",
        log:
            f"logs/collect_batch/{SHARD}.log",


rule plan_usage:
    """Say what labelling with a language model would send and cost; send nothing."""
    input:
        lambda wildcards: asked_for(
            live_files, config["papers"], "results/mentions/{venue}-{year}.jsonl"
        ),
    output:
        "results/usage_plan.csv",
    log:
        "logs/plan_usage.log",
    conda:
        ENVIRONMENT
    params:
        dataset=NAMES,
        usage={key: config["usage"][key] for key in ["count_variants", "llm"]},
        papers={"cache_dir": config["papers"]["cache_dir"]},
        code=code("plan_usage"),
    script:
        "../scripts/plan_usage.py"


rule draw_audit_sample:
    """Draw papers for a person to read, as a CSV and as a page."""
    input:
        usage=lambda wildcards: asked_for(
            live_files, config["papers"], "results/usage/{venue}-{year}.jsonl"
        ),
        papers=expand("results/papers/{live}.jsonl", live=LIVE_YEARS),
        mentions=expand("results/mentions/{live}.jsonl", live=LIVE_YEARS),
    output:
        sample="results/audit/sample.csv",
        page="results/audit/audit.html",
    log:
        "logs/draw_audit_sample.log",
    conda:
        ENVIRONMENT
    params:
        dataset=NAMES,
        usage={key: config["usage"][key] for key in ["count_variants", "audit_sample"]},
        code=code("draw_audit_sample"),
    script:
        "../scripts/draw_audit_sample.py"


rule score_audit:
    """Compare an audited sample with the labels, and correct the yearly counts by it."""
    input:
        audit=config["usage"]["audit"] or [],
        usage=expand("results/usage/{live}.jsonl", live=LIVE_YEARS),
    output:
        confusion="results/audit/confusion.csv",
        agreement="results/audit/agreement.csv",
        shares="results/audit/shares.csv",
    log:
        "logs/score_audit.log",
    conda:
        ENVIRONMENT
    params:
        usage={"count_variants": config["usage"]["count_variants"]},
        code=code("score_audit"),
    script:
        "../scripts/score_audit.py"


rule validate_labels:
    """Hold the labels against those of the papers that were read one by one."""
    input:
        usage=lambda wildcards: asked_for(
            live_files, config["papers"], "results/usage/{venue}-{year}.jsonl"
        ),
        papers_read=lambda wildcards: asked_for(
            require, PAPERS_READ, "validate: the dataset has no papers_read.csv"
        ),
    output:
        validation="results/validation.csv",
        confusion="results/validation_confusion.csv",
    log:
        "logs/validate_labels.log",
    conda:
        ENVIRONMENT
    params:
        usage={"count_variants": config["usage"]["count_variants"]},
        code=code("validate_labels"),
    script:
        "../scripts/validate_labels.py"


rule count_usage:
    """Put together the counts of all years, the labels, and published counts beside read papers."""
    input:
        papers_read=PAPERS_READ,
        published=TABLES["usage_counts"],
        tables=list(COUNT_TABLES.values()),
        papers=expand("results/papers/{live}.jsonl", live=LIVE_YEARS),
        mentions=expand("results/mentions/{live}.jsonl", live=LIVE_YEARS),
        usage=expand("results/usage/{live}.jsonl", live=LIVE_YEARS),
        audit=["results/audit/shares.csv"] if config["usage"]["audit"] else [],
    output:
        **({"check": "results/classification_check.csv"} if PAPERS_READ else {}),
        counts="results/usage_counts.csv",
        classification="results/classification.csv",
        labels="results/labels.csv",
    log:
        "logs/count_usage.log",
    conda:
        ENVIRONMENT
    params:
        usage={
            "counts": COUNT_SOURCES,
            "until": config["projection"]["until"],
            "count_variants": config["usage"]["count_variants"],
        },
        labelled=labelled_by(config["usage"]) if LIVE_YEARS else {},
        tables=list(COUNT_TABLES),
        code=code("count_usage"),
    script:
        "../scripts/count_usage.py"
