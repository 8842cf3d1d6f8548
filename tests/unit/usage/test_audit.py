"""The audit's statistics, against numbers worked out by hand."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datafootprint.errors import DatafootprintError
from datafootprint.usage.audit.sample import allocate, draw_sample
from datafootprint.usage.audit.score import (
    agreement,
    cohen_kappa,
    confusion,
    corrected_counts,
    join_audit,
    kappa_variance,
    score_audit,
)
from datafootprint.usage.audit.table import read_sample, write_sample
from datafootprint.usage.correction import rogan_gladen, wilson

COUNTED = ["ImageNet-1K", "unspecified"]


def record(name: str, label: str, year: int = 2023, **changes) -> dict:
    return {
        "paper_id": name,
        "year": year,
        "title": f"Title {name}",
        "label": label,
        "variant": "unspecified",
        "needs_review": False,
        **changes,
    }


def population(trained: int, cited: int, year: int = 2023) -> list[dict]:
    return [record(f"t{year}-{n}", "trained_from_scratch", year) for n in range(trained)] + [
        record(f"c{year}-{n}", "cited_only", year) for n in range(cited)
    ]


def label(sample: list[dict], truths: dict[str, str]) -> list[dict]:
    return [{**row, "human_label": truths.get(row["paper_id"])} for row in sample]


def test_kappa_by_hand() -> None:
    # 20 both yes, 15 both no, 5 and 10 apart: observed 0.7, chance 0.5 x 0.6 + 0.5 x 0.4 = 0.5.
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    assert cohen_kappa(pairs, [1.0] * 50) == pytest.approx(0.4)
    # Fleiss, Cohen and Everitt: A = .4 x (1 - 1.1 x .6)^2 + .3 x (1 - .9 x .6)^2 = .10972,
    # B = .36 x (.1 x (.6 + .5)^2 + .2 x (.4 + .5)^2) with p_ab = .1 and p_ba = .2 = .10188,
    # C = (.4 - .5 x .6)^2 = .01; (A + B - C) / (50 x .25) = .016128.
    assert kappa_variance(pairs) == pytest.approx(0.016128, rel=1e-3)
    assert cohen_kappa([("a", "a")] * 5, [1.0] * 5) == 1.0
    assert kappa_variance([("a", "a")] * 5) == 0.0


def test_kappa_interval_agrees_with_statsmodels() -> None:
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater")
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    pairs += [("c", "c")] * 7 + [("c", "a")] * 2
    table = [[sum(p == (x, y) for p in pairs) for y in "abc"] for x in "abc"]
    theirs = inter_rater.cohens_kappa(table)
    assert cohen_kappa(pairs, [1.0] * len(pairs)) == pytest.approx(theirs.kappa)
    assert kappa_variance(pairs) == pytest.approx(theirs.var_kappa)


def test_post_stratified_count_by_hand() -> None:
    # 100 labelled trained, 20 read, 15 true; 300 labelled cited only, 30 read, 3 true.
    records = population(100, 300)
    truths = {f"t2023-{n}": "trained_from_scratch" if n < 15 else "fine_tuned" for n in range(20)}
    truths |= {f"c2023-{n}": "trained_from_scratch" if n < 3 else "cited_only" for n in range(30)}
    audited = join_audit(label(draw_sample(records, COUNTED, 400, 1), truths), records, COUNTED)
    year, total = corrected_counts(audited, records, COUNTED)
    assert year["year"] == 2023 and total["year"] is None
    assert year["trained_raw"] == 100
    assert year["trained_corrected"] == pytest.approx(100 * 0.75 + 300 * 0.1)
    # sum of N^2 (1 - n/N) p (1 - p) / (n - 1)
    variance = 100**2 * 0.8 * 0.75 * 0.25 / 19 + 300**2 * 0.9 * 0.1 * 0.9 / 29
    width = 1.959964 * variance**0.5
    assert year["trained_high"] - year["trained_corrected"] == pytest.approx(width, rel=1e-6)
    assert {k: v for k, v in year.items() if k != "year"} == {
        k: v for k, v in total.items() if k != "year"
    }


def test_years_share_the_error_rates_and_add_up() -> None:
    records = population(40, 60, 2022) + population(60, 40, 2023)
    sample = draw_sample(records, COUNTED, 60, 3)
    truths = {
        row["paper_id"]: "trained_from_scratch"
        if row["paper_id"].startswith("t") and not row["paper_id"].endswith("1")
        else "cited_only"
        for row in sample
    }
    audited = join_audit(label(sample, truths), records, COUNTED)
    rows = {row["year"]: row for row in corrected_counts(audited, records, COUNTED)}
    both = rows[2022]["trained_corrected"] + rows[2023]["trained_corrected"]
    assert both == pytest.approx(rows[None]["trained_corrected"])
    width = {y: row["trained_high"] - row["trained_corrected"] for y, row in rows.items()}
    assert width[None] > max(width[2022], width[2023])


def test_reading_every_paper_leaves_no_doubt() -> None:
    records = population(5, 7)
    sample = draw_sample(records, COUNTED, 100, 1)
    assert len(sample) == 12
    truths = {row["paper_id"]: "trained_from_scratch" for row in sample[:4]}
    truths |= {row["paper_id"]: "evaluated" for row in sample[4:]}
    (year, _) = corrected_counts(
        join_audit(label(sample, truths), records, COUNTED), records, COUNTED
    )
    assert (year["trained_low"], year["trained_corrected"], year["trained_high"]) == (4, 4, 4)


def test_person_can_correct_the_variant() -> None:
    records = population(2, 0)
    rows = label(
        draw_sample(records, COUNTED, 2, 1),
        dict.fromkeys(("t2023-0", "t2023-1"), "trained_from_scratch"),
    )
    rows[0]["human_variant"] = "Tiny-ImageNet"
    (year, _) = corrected_counts(join_audit(rows, records, COUNTED), records, COUNTED)
    assert year["trained_corrected"] == 1


def test_agreement_weights_and_confusion() -> None:
    records = population(10, 90)
    sample = draw_sample(records, COUNTED, 20, 1)
    truths = {
        row["paper_id"]: "cited_only" if row["paper_id"].startswith("c") else "fine_tuned"
        for row in sample
    }
    audited = join_audit(label(sample, truths), records, COUNTED)
    assert len([row for row in audited if row["stratum"] == "counted_as_trained"]) == 10
    rows = {
        (r["measure"], r["of"]): r
        for r in agreement(audited, {"counted_as_trained": 10, "cited_only": 90}, 1)
    }
    assert rows["accuracy", "sample"]["value"] == pytest.approx(0.5)
    assert rows["accuracy", "all papers"]["value"] == pytest.approx(0.9)
    for row in rows.values():
        assert -1 <= row["low"] <= row["value"] <= row["high"] <= 1
    table = {(r["label"], r["human_label"]): r["papers"] for r in confusion(audited)}
    assert len(table) == 16
    assert table["trained_from_scratch", "fine_tuned"] == 10
    assert table["cited_only", "cited_only"] == 10


def test_faults_are_told() -> None:
    records = population(3, 3)
    sample = draw_sample(records, COUNTED, 6, 1)
    with pytest.raises(DatafootprintError, match="no row has a human_label"):
        score_audit(sample, records, COUNTED, 1)
    truths = {"t2023-0": "trained_from_scratch"}
    with pytest.raises(DatafootprintError, match="no paper labelled cited_only"):
        score_audit(label(sample, truths), records, COUNTED, 1)
    with pytest.raises(DatafootprintError, match="is not among"):
        score_audit(label(sample, truths), records[1:], COUNTED, 1)


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
    records = population(300, 500, 2022) + population(100, 100, 2023)
    sample = draw_sample(records, COUNTED, 200, 7)
    assert sample == draw_sample(list(reversed(records)), COUNTED, 200, 7)
    assert sample != draw_sample(records, COUNTED, 200, 8)
    assert len({row["paper_id"] for row in sample}) == 200
    strata = [(row["stratum"], row["year"]) for row in sample]
    assert strata.count(("counted_as_trained", 2022)) == 75
    assert strata.count(("counted_as_trained", 2023)) == 25
    assert strata != sorted(strata)


def test_cells_are_no_formulas_and_come_back(tmp_path: Path) -> None:
    records = [record("-x_=1", "cited_only", title='=HYPERLINK("http://x";"y")')]
    (row,) = draw_sample(records, COUNTED, 1, 1)
    row["comment"] = "@cmd"
    path = tmp_path / "sample.csv"
    write_sample([row], path)
    for cell in path.read_text().splitlines()[1].replace('"', "").split(","):
        assert cell[:1] not in {"=", "+", "-", "@"}
    assert read_sample(path) == [row]
    path.write_text(path.read_text().replace("cited_only", "no_label", 2))
    with pytest.raises(DatafootprintError, match=r"sample\.csv"):
        read_sample(path)


def test_rogan_gladen_by_hand() -> None:
    assert rogan_gladen(0.3, 0.85, 0.95) == pytest.approx(0.25 / 0.8)
    assert rogan_gladen(0.01, 0.85, 0.95) == 0.0
    assert rogan_gladen(0.99, 0.85, 0.95) == 1.0
    with pytest.raises(DatafootprintError, match="above 1"):
        rogan_gladen(0.5, 0.5, 0.5)


def test_wilson_by_hand() -> None:
    low, high = wilson(15, 20)
    assert (low, high) == (pytest.approx(0.5313, abs=1e-4), pytest.approx(0.8881, abs=1e-4))
    assert wilson(0, 10)[0] == 0.0 and wilson(10, 10)[1] == 1.0
