"""Put the publication counts of two sources side by side."""

from datafootprint.job import run
from datafootprint.literature.literature_tables import Publications, PublicationsCompared
from datafootprint.literature.publications import compare_publications, count_publications
from datafootprint.tables import read_table, write_table


def main(snakemake):
    literature = snakemake.params.literature
    names = {"source": literature["source"], "compared_with": literature["compare_with"]}
    first, second = (
        count_publications(read_table(path, Publications), name)
        for path, name in zip(snakemake.input, names.values(), strict=True)
    )
    compared = compare_publications(first, second, names, literature["disagreement_factor"])
    write_table(compared, snakemake.output[0], PublicationsCompared)


if __name__ == "__main__":
    run(main, snakemake)
