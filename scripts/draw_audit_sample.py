"""Draw papers for a person to read, as a CSV and as a page."""

from datafootprint.files import write_atomically
from datafootprint.job import run
from datafootprint.papers.paper_records import Mentions, Paper
from datafootprint.records import iter_records, read_records
from datafootprint.tables import frame_of, write_table
from datafootprint.usage.audit.audit_page import render_audit_page
from datafootprint.usage.audit.sample import draw_sample
from datafootprint.usage.names import Dataset
from datafootprint.usage.observed import USAGE_FIELDS
from datafootprint.usage.usage_records import Usage
from datafootprint.usage.usage_tables import AuditSample


def main(snakemake):
    given, params = snakemake.input, snakemake.params
    records = read_records(given.usage, Usage)
    counted = params.usage["count_variants"]
    sample = draw_sample(frame_of(records, USAGE_FIELDS), counted, **params.usage["audit_sample"])
    mentions = iter_records(given.mentions, Mentions)
    dataset = Dataset.from_config(params.dataset, counted)
    papers = iter_records(given.papers, Paper)
    page = render_audit_page(sample, records, mentions, papers, dataset)
    # A spreadsheet must not take an id for a formula.
    write_table(sample, snakemake.output.sample, AuditSample, for_spreadsheet=True)
    write_atomically(snakemake.output.page, page)


if __name__ == "__main__":
    run(main, snakemake)
