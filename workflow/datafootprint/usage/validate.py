"""How well a classifier does on papers that were read: what anyone can check again."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.tables import check_table
from datafootprint.usage.audit.score import accuracy_and_kappa, confusion
from datafootprint.usage.correction import wilson
from datafootprint.usage.labels import Label
from datafootprint.usage.observed import strata
from datafootprint.usage.usage_tables import COUNTED, REVIEW, AuditConfusion, Validation


def validate(
    usage: pd.DataFrame, read: pd.DataFrame, counted: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Hold labels against a table `papers_read`: return tables `validation` and `confusion`.

    The intervals are Wilson's, those of kappa follow from the accuracy's. A paper that is left to a
    person does not count as trained.
    """
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
        "validation": check_table(table, Validation, "validation"),
        "confusion": check_table(confusion(both), AuditConfusion, "confusion"),
    }


def _f1(both: pd.DataFrame, label: Label) -> float:
    said, true = both["label"] == label, both["human_label"] == label
    return float(2 * (said & true).sum() / max(1, said.sum() + true.sum()))
