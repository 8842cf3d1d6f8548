"""Labels held against papers that were read."""

import pandas as pd
import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.usage.classification_check import validate

COLUMNS = ["paper_id", "label", "variant", "needs_review"]


def test_measures_by_hand() -> None:
    trained = "trained_from_scratch"
    said = [
        ("a", trained, "ImageNet-1K", False),
        ("b", trained, "ImageNet-1K", True),
        ("c", trained, "ImageNet-1K", False),
        ("d", "cited_only", "unspecified", False),
        ("e", trained, "subset", False),
        ("elsewhere", "evaluated", "unspecified", False),
        ("in references only", "cited_only", "unspecified", False),
    ]
    usage = pd.DataFrame(said, columns=COLUMNS).assign(year=2018, title="")
    usage["classifier"] = ["rules"] * 6 + ["references"]
    labels = [trained, trained, "fine_tuned", "cited_only", trained, "cited_only"]
    papers = [*"abcde", "in references only"]
    truth = {"paper_id": papers, "label": labels, "trained_on_1k": [1, 1, 0, 0, 0, 0]}
    read = pd.DataFrame(truth).assign(year=2018)
    tables = validate(usage, read, ["ImageNet-1K", "unspecified"])
    rows = tables["validation"].set_index("measure")
    assert rows.loc["accuracy", "value"] == pytest.approx(4 / 5)
    # By chance 4/5 x 3/5 + 1/5 x 1/5 = 0.52.
    assert rows.loc["kappa", "value"] == pytest.approx((0.8 - 0.52) / 0.48)
    assert rows.loc["sensitivity", ["value", "papers"]].tolist() == [0.5, 2]
    assert rows.loc["specificity", ["value", "papers"]].tolist() == pytest.approx([2 / 3, 3])
    # F1 6/7 for trained, 1 for cited only, 0 for the two others.
    assert rows.loc["macro-F1", "value"] == pytest.approx((6 / 7 + 1) / 4)
    pairs = tables["confusion"].set_index(["label", "human_label"])["papers"]
    assert pairs[trained, "fine_tuned"] == 1
    with pytest.raises(DatafootprintError, match="none of the papers"):
        validate(usage.assign(year=2024), read, ["ImageNet-1K"])
