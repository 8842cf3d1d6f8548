"""Label how each mentioning paper of a year used the dataset."""

from datafootprint.job import run
from datafootprint.papers.paper_records import Mentions
from datafootprint.records import iter_records, write_records
from datafootprint.usage.classify import classify_usage


def main(snakemake):
    params = snakemake.params
    records = classify_usage(
        iter_records(snakemake.input.mentions, Mentions),
        params.dataset,
        {**params.usage, "llm": params.limits.llm},
        params.papers["cache_dir"],
        snakemake.input.get("batches"),
    )
    write_records(records, snakemake.output[0])


if __name__ == "__main__":
    run(main, snakemake)
