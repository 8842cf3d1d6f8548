"""Draw papers for a person to read, as a CSV and as a page."""

from datafootprint.files import write_atomically
from datafootprint.job import logged_to
from datafootprint.records import read_records
from datafootprint.usage.audit.page import render_audit_page
from datafootprint.usage.audit.sample import draw_sample
from datafootprint.usage.audit.table import write_sample
from datafootprint.usage.record import Dataset

with logged_to(snakemake.log[0]):
    records, mentions = (
        [row for path in snakemake.input[name] for row in read_records(path, name)]
        for name in ("usage", "mentions")
    )
    usage = snakemake.params.usage
    sample = draw_sample(records, usage["count_variants"], **usage["audit_sample"])
    dataset = Dataset.from_config(snakemake.params.dataset, usage["count_variants"])
    page = render_audit_page(sample, records, mentions, dataset)
    write_sample(sample, snakemake.output.sample)
    write_atomically(snakemake.output.page, page)
