"""From the shares of one venue to training runs across the literature.

in:  results/projection.csv, and the source that `literature.source` names
out: results/publications.csv, results/training_runs.csv;
     from a service also results/publications_<service>.csv;
     with `literature.compare_with` results/publications_compared.csv
"""


localrules:
    retrieve_publications,
    estimate_runs,
    compare_publications,


rule literature:
    """Target: publications per year, training runs, and the comparison of two sources."""
    input:
        "results/publications.csv",
        "results/training_runs.csv",
        "results/publications_compared.csv" if config["literature"]["compare_with"] else [],


# An edit of the code must not ask a service again: no `code`. The snapshot is no input: one that the job
# itself makes would be a new input of the next run.
rule retrieve_publications:
    """Get the publications per year from a service, or from a snapshot of its answer."""
    output:
        "results/publications_{service}.csv",
    log:
        "logs/retrieve_publications_{service}.log",
    wildcard_constraints:
        service="|".join(SERVICES),
    conda:
        ENVIRONMENT
    params:
        wanted=lambda wildcards: RETRIEVALS[wildcards.service],
        snapshot=lambda wildcards: {
            "edited": edited(RETRIEVALS[wildcards.service], LITERATURE_TABLE)
        },
    script:
        "../scripts/retrieve_publications.py"


rule estimate_runs:
    """Read the publications per year, and estimate the training runs of each year."""
    input:
        publications=PUBLICATION_TABLE,
        projection="results/projection.csv",
        papers_read=TABLES["papers_read"],
        practice=TABLES["practice"],
    output:
        publications="results/publications.csv",
        runs="results/training_runs.csv",
    log:
        "logs/estimate_runs.log",
    conda:
        ENVIRONMENT
    params:
        literature={"source": config["literature"]["source"]},
        run={**RUN, "any_variant_years": ANY_VARIANT, "is_published": IS_PUBLISHED},
        code=code("estimate_runs"),
    script:
        "../scripts/estimate_runs.py"


rule compare_publications:
    """Compare the publications per year of two sources."""
    input:
        first=PUBLICATION_TABLE,
        second=publication_table(
            config["literature"]["compare_with"] or "published", config["dataset"]["folder"]
        ),
    output:
        "results/publications_compared.csv",
    log:
        "logs/compare_publications.log",
    conda:
        ENVIRONMENT
    params:
        literature={
            key: config["literature"][key]
            for key in ["source", "compare_with", "disagreement_factor"]
        },
        code=code("compare_publications"),
    script:
        "../scripts/compare_publications.py"
