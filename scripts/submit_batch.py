"""Send the questions about the papers of a year in batches, and note what the server calls them."""

import json

from datafootprint.files import write_atomically
from datafootprint.job import run
from datafootprint.papers.paper_records import Mentions
from datafootprint.records import iter_records
from datafootprint.usage.classify import submit_batches


def main(snakemake):
    params = snakemake.params
    batches = submit_batches(
        iter_records(snakemake.input.mentions, Mentions),
        params.dataset,
        {**params.usage, "llm": params.limits.llm},
        params.papers["cache_dir"],
    )
    write_atomically(snakemake.output[0], json.dumps(batches))


if __name__ == "__main__":
    run(main, snakemake)
