"""List the datasets of the Hub that the search term finds, from a snapshot if there is one."""

from datafootprint.files import write_atomically
from datafootprint.hub.snapshot import take_listing
from datafootprint.job import run


def main(snakemake):
    table = take_listing(snakemake.params.wanted)
    write_atomically(snakemake.output[0], table.read_bytes())


if __name__ == "__main__":
    run(main, snakemake)
