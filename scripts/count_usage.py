"""Put together the usage counts of all years, and what labelling the papers took."""

from datafootprint.job import run
from datafootprint.legacy_records import iter_all_records
from datafootprint.legacy_tables import read_rows, write_rows
from datafootprint.usage.footprint import classification_footprint
from datafootprint.usage.observed import count_all_years


def main(snakemake):
    given, sources = snakemake.input, snakemake.params.tables
    counts = count_all_years(
        {
            source: read_rows(path, "usage_counts")
            for source, path in zip(sources, given.tables, strict=True)
        },
        iter_all_records(given.papers, "papers"),
        iter_all_records(given.mentions, "mentions"),
        iter_all_records(given.usage, "usage"),
        [row for path in given.audit for row in read_rows(path, "audit_shares")],
        snakemake.params.usage,
    )
    write_rows(counts, snakemake.output.counts, "usage_counts")
    spent = classification_footprint(iter_all_records(given.usage, "usage"))
    write_rows(spent, snakemake.output.classification, "classification")


if __name__ == "__main__":
    run(main, snakemake)
