"""Draw papers for a person to read, as a CSV and as a page."""

from datafootprint.files import write_atomically
from datafootprint.job import run
from datafootprint.legacy_records import iter_all_records, read_records
from datafootprint.usage.audit.page import render_audit_page
from datafootprint.usage.audit.sample import draw_sample
from datafootprint.usage.audit.table import write_sample
from datafootprint.usage.record import Dataset


def main(snakemake):
    usage = snakemake.params.usage
    records = [row for path in snakemake.input.usage for row in read_records(path, "usage")]
    sample = draw_sample(records, usage["count_variants"], **usage["audit_sample"])
    page = render_audit_page(
        sample,
        records,
        iter_all_records(snakemake.input.mentions, "mentions"),
        Dataset.from_config(snakemake.params.dataset, usage["count_variants"]),
    )
    write_sample(sample, snakemake.output.sample)
    write_atomically(snakemake.output.page, page)


if __name__ == "__main__":
    run(main, snakemake)
