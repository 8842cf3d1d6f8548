"""Put together the usage counts of all years, and what labelling the papers took."""

from datafootprint.job import run
from datafootprint.papers.paper_records import Mentions, Paper
from datafootprint.records import iter_records
from datafootprint.tables import frame_of, read_table, table_of, write_table
from datafootprint.usage.classification_check import check_classification, labels_table
from datafootprint.usage.labelling_cost import COST_FIELDS, labelling_cost
from datafootprint.usage.labels import LIVE
from datafootprint.usage.observed import (
    MENTION_FIELDS,
    PAPER_FIELDS,
    USAGE_FIELDS,
    count_live_years,
    count_usage,
)
from datafootprint.usage.usage_records import Usage
from datafootprint.usage.usage_tables import (
    AuditShares,
    Classification,
    ClassificationCheck,
    Labels,
    PapersRead,
    UsageCounts,
)


def main(snakemake):
    given, params, output = snakemake.input, snakemake.params, snakemake.output
    tables = dict(zip(params.tables, given.tables, strict=True))
    live = count_live_years(
        frame_of(iter_records(given.papers, Paper), PAPER_FIELDS),
        frame_of(iter_records(given.mentions, Mentions), MENTION_FIELDS),
        frame_of(iter_records(given.usage, Usage), USAGE_FIELDS),
        read_table(given.audit[0], AuditShares) if given.audit else table_of([], AuditShares),
        params.usage["count_variants"],
    )
    counts = {source: read_table(path, UsageCounts) for source, path in tables.items()}
    counts = count_usage({**counts, LIVE: live}, params.usage["counts"], params.usage["until"])
    write_table(counts, output.counts, UsageCounts)
    labels = frame_of(iter_records(given.usage, Usage), COST_FIELDS)
    spent = labelling_cost(labels, **params.labelled)
    write_table(spent, output.classification, Classification)
    usage, papers = iter_records(given.usage, Usage), iter_records(given.papers, Paper)
    labels = labels_table(usage, papers, params.usage["count_variants"])
    write_table(labels, output.labels, Labels)
    if given.papers_read:
        published = read_table(given.published, UsageCounts)
        check = check_classification(published, read_table(given.papers_read, PapersRead))
        write_table(check, output.check, ClassificationCheck)


if __name__ == "__main__":
    run(main, snakemake)
