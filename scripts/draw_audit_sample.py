"""Draw papers for a person to read, as a CSV and as a page."""

from datafootprint.files import write_atomically
from datafootprint.job import logged_to
from datafootprint.records import iter_records, read_records
from datafootprint.usage.audit.page import render_audit_page
from datafootprint.usage.audit.sample import draw_sample
from datafootprint.usage.audit.table import write_sample
from datafootprint.usage.record import Dataset

with logged_to(snakemake.log[0]):
    records = [row for path in snakemake.input.usage for row in read_records(path, "usage")]
    usage = snakemake.params.usage
    sample = draw_sample(records, usage["count_variants"], **usage["audit_sample"])
    dataset = Dataset.from_config(snakemake.params.dataset, usage["count_variants"])
    drawn = {(row["year"], row["paper_id"]) for row in sample}
    mentions = [
        row
        for path in snakemake.input.mentions
        for row in iter_records(path, "mentions")
        if (row["year"], row["paper_id"]) in drawn
    ]
    page = render_audit_page(sample, records, mentions, dataset)
    write_sample(sample, snakemake.output.sample)
    write_atomically(snakemake.output.page, page)
