"""Say what the audited sample shows about the labels, and correct the yearly shares by it."""

from datafootprint.job import run
from datafootprint.records import read_records
from datafootprint.tables import frame_of, read_table, write_table
from datafootprint.usage.audit.score import score_audit
from datafootprint.usage.observed import USAGE_FIELDS
from datafootprint.usage.usage_records import Usage
from datafootprint.usage.usage_tables import (
    AuditAgreement,
    AuditConfusion,
    AuditSample,
    AuditShares,
)


def main(snakemake):
    given, output = snakemake.input, snakemake.output
    usage = frame_of(read_records(given.usage, Usage), USAGE_FIELDS)
    sample = read_table(given.audit, AuditSample, of_spreadsheet=True)
    counted = snakemake.params.usage["count_variants"]
    tables = score_audit(sample, usage, counted)
    write_table(tables["confusion"], output.confusion, AuditConfusion)
    write_table(tables["agreement"], output.agreement, AuditAgreement)
    write_table(tables["shares"], output.shares, AuditShares)


if __name__ == "__main__":
    run(main, snakemake)
