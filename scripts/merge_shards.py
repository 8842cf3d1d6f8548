"""Put the shards of a year together: its PDFs, mentions or labels."""

from datafootprint.job import run
from datafootprint.papers.shards import merge_shards


def main(snakemake):
    merge_shards(snakemake.input, snakemake.output[0])


if __name__ == "__main__":
    run(main, snakemake)
