"""Hold the labels of papers against those of papers that were read, and print how well they do."""

from datafootprint.job import run
from datafootprint.records import iter_records
from datafootprint.tables import frame_of, read_table, write_table
from datafootprint.usage.classification_check import validate
from datafootprint.usage.observed import USAGE_FIELDS
from datafootprint.usage.usage_records import Usage
from datafootprint.usage.usage_tables import AuditAgreement, AuditConfusion, PapersRead


def main(snakemake):
    given, output = snakemake.input, snakemake.output
    usage = frame_of(iter_records(given.usage, Usage), USAGE_FIELDS)
    read = read_table(given.papers_read, PapersRead)
    tables = validate(usage, read, snakemake.params.usage["count_variants"])
    write_table(tables["validation"], output.validation, AuditAgreement)
    write_table(tables["confusion"], output.confusion, AuditConfusion)
    for table in tables.values():
        print(table.to_string(index=False))


if __name__ == "__main__":
    run(main, snakemake)
