"""Copies of the dataset on the Hugging Face Hub, their storage and their downloads.

in:  the dataset's hub_copies.csv, or the Hub by way of a snapshot; results/training_runs.csv
out: results/hub_copies.csv, results/hub_downloads_per_run.csv;
     from the Hub also results/hub_datasets.csv.gz, results/hub_counts.csv, results/hub_growth.csv
"""


localrules:
    list_hub_datasets,
    count_hub_datasets,
    count_hub_copies,


rule hub:
    """Target: the copies on the Hugging Face Hub."""
    input:
        "results/hub_copies.csv",
        "results/hub_downloads_per_run.csv",


# Asks the Hub: no `code`, so that an edit never asks again; the snapshot is no input, as for the
# publications.
rule list_hub_datasets:
    """List the datasets of the Hub that the search term finds, or take a snapshot."""
    output:
        "results/hub_datasets.csv.gz",
    log:
        "logs/list_hub_datasets.log",
    conda:
        ENVIRONMENT
    params:
        wanted=HUB_LISTING,
        snapshot=lambda wildcards: {"edited": edited(HUB_LISTING, HUB_TABLE)},
    script:
        "../scripts/list_hub_datasets.py"


rule count_hub_datasets:
    """Count the listed datasets by year of creation and variant."""
    input:
        "results/hub_datasets.csv.gz",
    output:
        counts="results/hub_counts.csv",
        growth="results/hub_growth.csv",
    log:
        "logs/count_hub_datasets.log",
    conda:
        ENVIRONMENT
    params:
        wanted={"variants": config["hub"]["variants"], "retrieved": HUB_LISTING.get("day")},
        code=code("count_hub_datasets"),
    script:
        "../scripts/count_hub_datasets.py"


rule count_hub_copies:
    """Estimate what the copies consume, and their downloads per training run."""
    input:
        counts=lambda wildcards: asked_for(
            require,
            HUB_COUNTS,
            "config: hub.source is published, but the dataset has no hub_copies.csv; set it to live.",
        ),
        runs="results/training_runs.csv",
        intensities=f"{FACTORS}/carbon_intensity_by_year.csv",
    output:
        copies="results/hub_copies.csv",
        downloads="results/hub_downloads_per_run.csv",
    log:
        "logs/count_hub_copies.log",
    conda:
        ENVIRONMENT
    params:
        storage={key: config["storage"][key] for key in ["kwh_per_tb_year", "years"]},
        dataset={
            "size_gb": config["dataset"]["size_gb"],
            "variant": config["hub"]["dataset_variant"],
        },
        carbon=config["carbon"],
        code=code("count_hub_copies"),
    script:
        "../scripts/count_hub_copies.py"
