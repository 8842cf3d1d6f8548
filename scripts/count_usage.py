"""Put together the usage counts of all years."""

from datafootprint.job import logged_to
from datafootprint.tables import read_rows, write_rows
from datafootprint.usage.counts import count_usage

with logged_to(snakemake.log[0]):
    tables = {
        source: read_rows(path, "usage_counts")
        for source, path in zip(snakemake.params.tables, snakemake.input, strict=True)
    }
    usage = snakemake.params.usage
    counts = count_usage(tables, usage["counts"], usage["until"])
    write_rows(counts, snakemake.output[0], "usage_counts")
