"""Say what the audited sample tells of the labels, and correct the yearly shares by it."""

from datafootprint.job import run
from datafootprint.legacy_records import read_records
from datafootprint.legacy_tables import write_rows
from datafootprint.usage.audit.score import score_audit
from datafootprint.usage.audit.table import read_sample


def main(snakemake):
    records = [row for path in snakemake.input.usage for row in read_records(path, "usage")]
    usage = snakemake.params.usage
    sample = read_sample(snakemake.input.audit)
    tables = score_audit(sample, records, usage["count_variants"])
    for name, rows in tables.items():
        write_rows(rows, snakemake.output[name], f"audit_{name}")


if __name__ == "__main__":
    run(main, snakemake)
