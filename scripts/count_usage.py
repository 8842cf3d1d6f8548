"""Put together the usage counts of all years, and what labelling the papers took."""

from datafootprint.job import logged_to
from datafootprint.records import iter_records
from datafootprint.tables import read_rows, write_rows
from datafootprint.usage.counts import LIVE, count_usage
from datafootprint.usage.footprint import classification_footprint
from datafootprint.usage.observed import count_live_years

with logged_to(snakemake.log[0]):
    usage = snakemake.params.usage
    tables = {
        source: read_rows(path, "usage_counts")
        for source, path in zip(snakemake.params.tables, snakemake.input.tables, strict=True)
    }
    audit = [row for path in snakemake.input.audit for row in read_rows(path, "audit_shares")]
    tables[LIVE] = []
    names = ("papers", "mentions", "usage")
    for paths in zip(*(snakemake.input[name] for name in names), strict=True):
        year = (iter_records(path, name) for path, name in zip(paths, names, strict=True))
        tables[LIVE] += count_live_years(
            *year, usage["count_variants"], audit, usage["error_rates"]
        )
    counts = count_usage(tables, usage["counts"], usage["until"])
    write_rows(counts, snakemake.output.counts, "usage_counts")
    spent = classification_footprint(
        record for path in snakemake.input.usage for record in iter_records(path, "usage")
    )
    write_rows(spent, snakemake.output.classification, "classification")
