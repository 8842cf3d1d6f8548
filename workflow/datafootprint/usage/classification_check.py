"""The published counts of a venue's papers beside those of the papers that were read one by one."""

from collections.abc import Iterable

import pandas as pd

from datafootprint.papers.paper_records import Paper
from datafootprint.tables import check_table, table_of
from datafootprint.usage.correction import wilson
from datafootprint.usage.labels import Label
from datafootprint.usage.names import is_counted
from datafootprint.usage.usage_records import Usage
from datafootprint.usage.usage_tables import ClassificationCheck, Labels

#: In the order of the table; each is a share of the papers before it says, see `_of`.
MENTIONING = "mentioning"
REFERENCES_ONLY = "in references only"
ANY_VARIANT = "trained on any variant"
WHOLE = "trained on the dataset"


def check_classification(published: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """Compare tables `usage_counts` and `papers_read`: return the table `classification_check`.

    A count that was read has the 95% score interval (Wilson) of its share, times the papers it is a
    share of: the accepted ones for mentions, those that mention the dataset for the rest.
    """
    rows = []
    for year, papers in read.groupby("year"):
        counts = published[published["year"] == year]
        if counts["mentioning"].isna().all():
            continue
        known = counts.iloc[0]
        trained = papers["label"] == Label.TRAINED
        found = {
            MENTIONING: (len(papers), known["accepted"], known["mentioning"]),
            REFERENCES_ONLY: ((papers["read"] == "references").sum(), len(papers), None),
            ANY_VARIANT: (trained.sum(), len(papers), known["trained"]),
            WHOLE: (papers["trained_on_1k"].sum(), len(papers), None),
        }
        for quantity, (number, of, printed) in found.items():
            low, high = wilson(number, of)
            rows.append((year, quantity, printed, number, low * of, high * of, of))
    columns = ["year", "quantity", "published", "read", "low", "high", "of"]
    table = pd.DataFrame(rows, columns=columns)
    return check_table(table, ClassificationCheck, "classification check")


def labels_table(
    usage: Iterable[Usage], papers: Iterable[Paper], counted: Iterable[str]
) -> pd.DataFrame:
    """Return the labels of all papers for people to read: the table `labels`."""
    listed = {(paper.year, paper.paper_id): paper for paper in papers}
    counted, rows = list(counted), []
    for record in usage:
        paper = listed[record.year, record.paper_id]
        quote = next((quote for quote in record.quotes if quote.verified), None)
        online = paper.source == "openreview"
        trained = record.label == Label.TRAINED and is_counted(record.variant, counted)
        derived = {
            "counted": trained and not record.needs_review,
            "quote": quote and quote.text,
            "page": quote and quote.page,
            "link": f"https://openreview.net/forum?id={record.paper_id}" if online else None,
            "pdf": paper.pdf_url,
        }
        rows.append(record.model_dump(mode="json") | derived)
    return table_of(rows, Labels)
