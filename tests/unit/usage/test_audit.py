"""The audit's statistics, against numbers worked out by hand."""

import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom
from statsmodels.stats.inter_rater import cohens_kappa

from datafootprint.errors import DatafootprintError
from datafootprint.tables import read_table, records_of, write_table
from datafootprint.usage.audit.sample import allocate, draw_sample
from datafootprint.usage.audit.score import agreement, score_audit
from datafootprint.usage.correction import unread_bounds, wilson
from datafootprint.usage.usage_tables import AuditSample

COUNTED = ["ImageNet-1K", "unspecified"]


def population(trained: int, cited: int, year: int = 2023) -> pd.DataFrame:
    names = [f"t{year}-{n}" for n in range(trained)] + [f"c{year}-{n}" for n in range(cited)]
    labels = ["trained_from_scratch"] * trained + ["cited_only"] * cited
    found = pd.DataFrame({"paper_id": names, "label": labels})
    return found.assign(year=year, title="", variant="unspecified", needs_review=False)


def label(sample: pd.DataFrame, truths: dict[str, str]) -> pd.DataFrame:
    found = sample["paper_id"].map(truths)
    variants = found.map({"trained_from_scratch": "unspecified"})
    return sample.assign(human_label=found, human_variant=variants)


def audited(labels: list[tuple[str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(labels, columns=["stratum", "label", "human_label"])


def measures(rows: pd.DataFrame) -> dict[str, dict]:
    return {row["measure"]: row for row in records_of(rows)}


PAIRS = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15


def test_kappa_by_hand() -> None:
    # 20 both yes, 15 both no, 5 and 10 apart: observed 0.7, chance 0.5 x 0.6 + 0.5 x 0.4 = 0.5.
    rows = audited([("all", *pair) for pair in PAIRS])
    found = measures(agreement(rows, pd.Series({"all": 50})))
    sample = found["kappa"]
    assert sample["value"] == pytest.approx(0.4)
    # Wilson's bounds of 35 in 50 are 0.5625 and 0.8090.
    assert sample["low"] == pytest.approx((0.5625 - 0.5) / 0.5, abs=1e-4)
    assert sample["high"] == pytest.approx((0.8090 - 0.5) / 0.5, abs=1e-4)
    # Every paper was read.
    every = found["accuracy, all papers"]
    assert every["low"] == every["value"] == every["high"] == 0.7


def test_kappa_agrees_with_statsmodels() -> None:
    pairs = PAIRS + [("c", "c")] * 7 + [("c", "a")] * 2
    table = [[sum(p == (x, y) for p in pairs) for y in "abc"] for x in "abc"]
    rows = audited([("all", *pair) for pair in pairs])
    kappa = measures(agreement(rows, pd.Series({"all": len(pairs)})))["kappa"]["value"]
    assert kappa == pytest.approx(cohens_kappa(table).kappa, rel=1e-11)


def test_full_agreement_on_a_few_papers_is_not_certain() -> None:
    few = audited([(name, name, name) for name in "aaabb"])
    for row in measures(agreement(few, pd.Series({"a": 30, "b": 20}))).values():
        assert row["value"] == row["high"] == 1.0
        assert row["low"] < 0.8, row
    alike = measures(agreement(audited([("a", "a", "a")] * 5), pd.Series({"a": 50})))
    kappa = alike["kappa"]
    assert (kappa["low"], kappa["high"]) == (-1.0, 1.0)


def test_bounds_of_unread_papers_by_hand() -> None:
    # 4 of 4 read are such, the next one is not with (1/3) / (14/3) = 0.07; after 40 of 40 with
    # 0.008. Of 2 more after 6: none (1/3) x (4/3) / (20/3 x 23/3) = 0.009, both 0.91.
    assert unread_bounds([(4, 4, 1)]) == (0, 1)
    assert unread_bounds([(40, 40, 1)]) == (1, 1)
    assert unread_bounds([(6, 6, 2)]) == (1, 2)
    assert unread_bounds([(9, 4, 0), (5, 5, 0)]) == (0, 0)
    assert unread_bounds([(6, 6, 2), (6, 0, 2)]) == (1, 3)
    unread = betabinom(3000, 80 + 1 / 3, 20 + 1 / 3)
    assert unread_bounds([(100, 80, 3000)]) == (unread.ppf(0.025), unread.ppf(0.975))


@pytest.mark.parametrize("rates", [(0.97, 0.02), (0.8, 0.1)])
def test_bounds_hold_the_truth_as_often_as_they_say(rates: tuple[float, float]) -> None:
    generator = random.Random(1)
    held = 0
    for _ in range(400):
        strata, unread_such = [], 0
        for papers, rate in zip((20, 30), rates, strict=True):
            truths = [generator.random() < rate for _ in range(papers)]
            strata.append((7, sum(truths[:7]), papers - 7))
            unread_such += sum(truths[7:])
        low, high = unread_bounds(strata)
        held += low <= unread_such <= high
    assert held / 400 >= 0.93


def test_post_stratified_count_by_hand() -> None:
    # 100 labelled trained, 20 read, 15 true; 300 labelled cited only, 30 read, 3 true.
    usage = population(100, 300)
    truths = {f"t2023-{n}": "trained_from_scratch" if n < 15 else "fine_tuned" for n in range(20)}
    truths |= {f"c2023-{n}": "trained_from_scratch" if n < 3 else "cited_only" for n in range(30)}
    sample = label(draw_sample(usage, COUNTED, 400, 1), truths)
    year, total = records_of(score_audit(sample, usage, COUNTED)["shares"])
    assert year["year"] == 2023 and total["year"] is None
    assert year["trained_raw"] == 100
    assert year["trained_corrected"] == pytest.approx(100 * 0.75 + 300 * 0.1)
    # What is left: 80 and 270 papers, beta-binomial about 60.0 and 30.5 with variances
    # m p q (a + b + m) / (a + b + 1); 1.96 standard deviations of the sum, to a paper or two.
    variance = 80 * 0.738 * 0.262 * 101 / 22 + 270 * 0.1129 * 0.8871 * 301 / 32
    middle = (year["trained_low"] + year["trained_high"]) / 2
    assert year["trained_high"] - middle == pytest.approx(1.96 * variance**0.5, rel=0.03)
    assert year["trained_low"] < year["trained_corrected"] < year["trained_high"]
    assert year | {"year": None} == total


def test_years_share_the_error_rates_and_add_up() -> None:
    usage = pd.concat([population(40, 60, 2022), population(60, 40, 2023)])
    sample = draw_sample(usage, COUNTED, 60, 3)
    truths = {
        name: "trained_from_scratch" if name[0] == "t" and name[-1] != "1" else "cited_only"
        for name in sample["paper_id"]
    }
    shares = score_audit(label(sample, truths), usage, COUNTED)["shares"]
    first, second, both = records_of(shares)
    together = first["trained_corrected"] + second["trained_corrected"]
    assert together == pytest.approx(both["trained_corrected"])
    widths = [row["trained_high"] - row["trained_corrected"] for row in (first, second, both)]
    assert widths[2] > max(widths[:2])


def test_reading_every_paper_leaves_no_doubt() -> None:
    usage = population(5, 7)
    sample = draw_sample(usage, COUNTED, 100, 1)
    assert len(sample) == 12
    sample["human_label"] = ["trained_from_scratch"] * 4 + ["evaluated"] * 8
    # What the classifier says does not fill in for the person.
    with pytest.raises(DatafootprintError, match=r"4 papers .* without a human_variant"):
        score_audit(sample, usage, COUNTED)
    sample.loc[:3, "human_variant"] = "unspecified"
    (year, _) = records_of(score_audit(sample, usage, COUNTED)["shares"])
    assert (year["trained_low"], year["trained_corrected"], year["trained_high"]) == (4, 4, 4)
    sample.loc[0, "human_variant"] = "subset"
    (year, _) = records_of(score_audit(sample, usage, COUNTED)["shares"])
    assert year["trained_corrected"] == 3


def test_agreement_weights_and_confusion() -> None:
    usage = population(10, 90)
    sample = draw_sample(usage, COUNTED, 20, 1)
    truths = {n: "cited_only" if n[0] == "c" else "fine_tuned" for n in sample["paper_id"]}
    tables = score_audit(label(sample, truths), usage, COUNTED)
    rows = measures(tables["agreement"])
    assert rows["accuracy"]["value"] == pytest.approx(0.5)
    assert rows["accuracy, all papers"]["value"] == pytest.approx(0.9)
    for row in rows.values():
        assert -1 <= row["low"] <= row["value"] <= row["high"] <= 1
    table = tables["confusion"].set_index(["label", "human_label"])["papers"]
    assert len(table) == 16
    assert table["trained_from_scratch", "fine_tuned"] == 10
    assert table["cited_only", "cited_only"] == 10


def test_an_audit_of_other_papers_is_refused() -> None:
    usage = population(3, 3)
    sample = draw_sample(usage, COUNTED, 6, 1)
    with pytest.raises(DatafootprintError, match="no row has a human_label"):
        score_audit(sample, usage, COUNTED)
    one = label(sample, {"t2023-0": "trained_from_scratch"})
    with pytest.raises(DatafootprintError, match="no paper of the stratum others"):
        score_audit(one, usage, COUNTED)
    with pytest.raises(DatafootprintError, match="is not among"):
        score_audit(one, usage[1:], COUNTED)
    with pytest.raises(DatafootprintError, match="t2023-0 of 2024 is not among"):
        score_audit(one.assign(year=2024), usage, COUNTED)


@given(
    st.dictionaries(st.integers(0, 20), st.integers(0, 50), min_size=1),
    st.integers(0, 300),
)
def test_places_are_all_given_and_never_too_many(sizes: dict[int, int], places: int) -> None:
    given_places = allocate(sizes, places)
    assert sum(given_places.values()) == min(places, sum(sizes.values()))
    assert all(0 <= given_places[cell] <= sizes[cell] for cell in sizes)
    filled = sum(size > 0 for size in sizes.values())
    if places >= filled:
        assert all(given_places[cell] > 0 for cell in sizes if sizes[cell])


def test_sample_is_seeded_stratified_and_blind() -> None:
    usage = pd.concat([population(300, 500, 2022), population(100, 100, 2023)])
    sample = draw_sample(usage, COUNTED, 200, 7)
    assert sample.equals(draw_sample(usage[::-1], COUNTED, 200, 7))
    assert not sample.equals(draw_sample(usage, COUNTED, 200, 8))
    assert sample["paper_id"].nunique() == 200
    strata = list(zip(sample["stratum"], sample["year"], strict=True))
    assert strata.count(("counted_as_trained", 2022)) == 75
    assert strata.count(("counted_as_trained", 2023)) == 25
    assert strata != sorted(strata)


@pytest.mark.parametrize("separator", [",", ";"])
def test_cells_are_no_formulas_and_come_back(separator: str, tmp_path: Path) -> None:
    usage = population(0, 1).assign(paper_id="-x_=1", title='=HYPERLINK("http://x")')
    sample = draw_sample(usage, COUNTED, 1, 1).assign(comment="@cmd")
    path = tmp_path / "sample.csv"
    write_table(sample, path, AuditSample, for_spreadsheet=True)
    for cell in path.read_text().splitlines()[1].replace('"', "").split(","):
        assert cell[:1] not in {"=", "+", "-", "@"}
    path.write_text(path.read_text().replace(",", separator))
    assert records_of(read_table(path, AuditSample, of_spreadsheet=True)) == records_of(sample)
    path.write_text(path.read_text().replace("cited_only", "no_label", 2))
    with pytest.raises(DatafootprintError, match=r"sample\.csv, line 2"):
        read_table(path, AuditSample, of_spreadsheet=True)


def test_wilson_by_hand() -> None:
    assert wilson(15, 20) == pytest.approx((0.5313, 0.8881), abs=1e-4)
    assert wilson(0, 10)[0] == 0.0 and wilson(10, 10)[1] == 1.0
