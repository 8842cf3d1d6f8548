"""Put the publication counts of two sources side by side."""

from datafootprint.job import run
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.literature.compare import compare_publications
from datafootprint.literature.publications import count_publications


def main(snakemake):
    literature = snakemake.params.literature
    names = {"source": literature["source"], "compared_with": literature["compare_with"]}
    first = count_publications(read_rows(snakemake.input.first, "publications"), names["source"])
    second = count_publications(
        read_rows(snakemake.input.second, "publications"), names["compared_with"]
    )
    rows = compare_publications(first, second, names, literature["disagreement_factor"])
    write_rows(rows, snakemake.output[0], "publications_compared")


if __name__ == "__main__":
    run(main, snakemake)
