"""Label how each mentioning paper of a year used the dataset."""

from datafootprint.job import run
from datafootprint.legacy_records import iter_records, write_records
from datafootprint.usage.classify import classify_usage


def main(snakemake):
    # Limits and prices come past the parameters: a larger budget makes nothing out of date.
    records = classify_usage(
        iter_records(snakemake.input[0], "mentions"),
        snakemake.params.dataset,
        snakemake.config["usage"],
        snakemake.params.papers["cache_dir"],
    )
    write_records(records, snakemake.output[0], "usage")


if __name__ == "__main__":
    run(main, snakemake)
