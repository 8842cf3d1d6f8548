"""Say what the audited sample tells of the labels, and correct the yearly shares by it."""

from datafootprint.job import logged_to
from datafootprint.records import read_records
from datafootprint.tables import write_rows
from datafootprint.usage.audit.score import score_audit
from datafootprint.usage.audit.table import read_sample

with logged_to(snakemake.log[0]):
    records = [row for path in snakemake.input.usage for row in read_records(path, "usage")]
    usage = snakemake.params.usage
    sample = read_sample(snakemake.input.audit)
    tables = score_audit(sample, records, usage["count_variants"])
    for name, rows in tables.items():
        write_rows(rows, snakemake.output[name], f"audit_{name}")
