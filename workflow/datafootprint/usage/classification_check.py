"""Published counts, and the labels of a classifier, beside papers that were read one by one."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.papers.paper_records import Paper
from datafootprint.tables import check_table, table_of
from datafootprint.usage.audit.score import accuracy_and_kappa, confusion
from datafootprint.usage.correction import wilson
from datafootprint.usage.labels import Classifier, Label
from datafootprint.usage.names import is_counted
from datafootprint.usage.observed import strata
from datafootprint.usage.usage_records import Usage
from datafootprint.usage.usage_tables import (
    COUNTED,
    REVIEW,
    AuditAgreement,
    AuditConfusion,
    ClassificationCheck,
    Labels,
)

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


def validate(
    usage: pd.DataFrame, read: pd.DataFrame, counted: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Hold labels against a table `papers_read`: return tables `validation` and `confusion`.

    The intervals are Wilson's, those of kappa follow from the accuracy's. A paper that is left to a
    person does not count as trained. One that names the dataset in its references only needs no
    classifier, and is left out.
    """
    usage = usage[usage["classifier"] != Classifier.REFERENCES]
    usage = usage.assign(stratum=strata(usage, counted))
    truth = read[["paper_id", "year", "label", "trained_on_1k"]]
    both = usage.merge(truth.rename(columns={"label": "human_label"}), on=["paper_id", "year"])
    if both.empty:
        raise DatafootprintError(
            "validate: none of the papers that were labelled is in papers_read.csv of the dataset; "
            "name the PDFs by their ids at the venue (<year>/<paper_id>.pdf), or read the venue."
        )
    wrong = both["label"] != both["human_label"]
    is_counted, trained = both["stratum"] == COUNTED, both["trained_on_1k"].astype(bool)
    shares = {
        "sensitivity": is_counted[trained],
        "specificity": ~is_counted[~trained],
        "wrong labels left to a person": both["stratum"][wrong] == REVIEW,
    }
    papers = len(both)
    rows: list[tuple[Any, ...]] = [(name, *v, papers) for name, v in accuracy_and_kappa(both)]
    rows += [
        (name, such.mean(), *wilson(such.sum(), len(such)), len(such))
        for name, such in shares.items()
        if len(such)
    ]
    f1_scores = [_f1(both, label) for label in Label]
    rows.append(("macro-F1", sum(f1_scores) / len(f1_scores), None, None, papers))
    table = pd.DataFrame(rows, columns=["measure", "value", "low", "high", "papers"])
    return {
        "validation": check_table(table, AuditAgreement, "validation"),
        "confusion": check_table(confusion(both), AuditConfusion, "confusion"),
    }


def _f1(both: pd.DataFrame, label: Label) -> float:
    said, true = both["label"] == label, both["human_label"] == label
    return float(2 * (said & true).sum() / max(1, said.sum() + true.sum()))


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
