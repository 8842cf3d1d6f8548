"""Published counts beside papers that were read, and the labels for people."""

from pathlib import Path

import pytest
from tests.conftest import ROOT

from datafootprint.errors import DatafootprintError
from datafootprint.papers.paper_records import Paper
from datafootprint.tables import read_table
from datafootprint.usage.classification_check import check_classification, labels_table
from datafootprint.usage.labels import Classifier, Label
from datafootprint.usage.usage_records import Quote, Usage
from datafootprint.usage.usage_tables import PapersRead, UsageCounts

FOLDER = ROOT / "data" / "imagenet-1k"


def test_the_shipped_papers_give_the_known_counts() -> None:
    published = read_table(FOLDER / "usage_counts.csv", UsageCounts)
    check = check_classification(published, read_table(FOLDER / "papers_read.csv", PapersRead))
    counts = check.pivot(index="quantity", columns="year", values="read")
    assert counts.loc["mentioning"].tolist() == [128, 176]
    assert counts.loc["in references only"].tolist() == [39, 52]
    assert counts.loc["trained on any variant"].tolist() == [41, 61]
    assert counts.loc["trained on the dataset"].tolist() == [27, 31]
    printed = check[check["published"].notna()]
    assert printed["published"].tolist() == [129, 43, 183, 55]
    assert printed["published"].between(printed["low"], printed["high"]).all()
    row = check[(check["year"] == 2018) & (check["quantity"] == "trained on the dataset")].iloc[0]
    # Wilson's interval of 27 of 128, by hand: (p + z2/2n -+ z sqrt(pq/n + z2/4n2)) / (1 + z2/n).
    assert (row["low"], row["high"]) == pytest.approx((19.10, 37.06), abs=0.01)


def test_a_band_that_a_spreadsheet_made_a_date_is_refused(tmp_path: Path) -> None:
    text = (FOLDER / "papers_read.csv").read_text(encoding="utf-8")
    (tmp_path / "papers_read.csv").write_text(text.replace(",2-5,", ",02-May,"), encoding="utf-8")
    with pytest.raises(DatafootprintError, match=r"line .*: models is '02-May'.* 2-5, 6-20"):
        read_table(tmp_path / "papers_read.csv", PapersRead)


def test_labels_for_people_say_what_counts_and_where_the_paper_is() -> None:
    def used(paper_id: str, variant: str, needs_review: bool = False) -> Usage:
        quote = Quote(label=Label.TRAINED, text="We train.", page=2, start=5, verified=True)
        return Usage(
            paper_id=paper_id,
            year=2024,
            title="",
            label=Label.TRAINED,
            variant=variant,
            needs_review=needs_review,
            review_reasons=[],
            quotes=[quote],
            classifier=Classifier.RULES,
            confidence=0.9,
            reason="cues: we train on it",
        )

    papers = [
        Paper(paper_id=name, title="", year=2024, pdf_url=f"{name}.pdf", source=source)
        for name, source in (("a", "openreview"), ("b", "folder"), ("c", "folder"))
    ]
    usage = [used("a", "ImageNet-1K"), used("b", "subset"), used("c", "unspecified", True)]
    labels = labels_table(usage, papers, ["ImageNet-1K", "unspecified"])
    assert labels["counted"].tolist() == [True, False, False]
    assert labels["link"].fillna("").tolist() == ["https://openreview.net/forum?id=a", "", ""]
    assert labels["pdf"].tolist() == ["a.pdf", "b.pdf", "c.pdf"]
    assert (labels["quote"] == "We train.").all()
    assert (labels["page"] == 2).all()
