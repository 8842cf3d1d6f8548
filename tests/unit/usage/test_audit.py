"""The audit's statistics, against numbers worked out by hand."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom
from statsmodels.stats.inter_rater import cohens_kappa

from datafootprint.errors import DatafootprintError
from datafootprint.usage.audit.agreement import agreement, chance_agreement, cohen_kappa
from datafootprint.usage.audit.sample import allocate, draw_sample
from datafootprint.usage.audit.score import (
    confusion,
    corrected_counts,
    join_audit,
    score_audit,
)
from datafootprint.usage.audit.table import read_sample, write_sample
from datafootprint.usage.correction import rogan_gladen, unread_bounds, wilson

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
    chance = chance_agreement(pairs, [1.0] * 50)
    assert chance == pytest.approx(0.5)
    assert cohen_kappa(0.7, chance) == pytest.approx(0.4)
    rows = agreement(
        [{"stratum": "all", "label": a, "human_label": b} for a, b in pairs], {"all": 50}
    )
    kappas = {row["of"]: row for row in rows if row["measure"] == "kappa"}
    # Wilson's bounds of 35 in 50 are 0.5625 and 0.8090.
    assert kappas["sample"]["low"] == pytest.approx((0.5625 - 0.5) / 0.5, abs=1e-4)
    assert kappas["sample"]["high"] == pytest.approx((0.8090 - 0.5) / 0.5, abs=1e-4)
    # Every paper was read.
    assert {kappas["all papers"][key] for key in ("low", "value", "high")} == {
        kappas["sample"]["value"]
    }


def test_full_agreement_on_a_few_papers_is_not_certain() -> None:
    few = [{"stratum": label, "label": label, "human_label": label} for label in "aaabb"]
    for row in agreement(few, {"a": 30, "b": 20}):
        assert row["value"] == row["high"] == 1.0
        assert row["low"] < 0.8, row
    alike = [{"stratum": "a", "label": "a", "human_label": "a"}] * 5
    bounds = {(r["measure"], r["of"]): (r["low"], r["high"]) for r in agreement(alike, {"a": 50})}
    assert bounds["kappa", "sample"] == bounds["kappa", "all papers"] == (-1.0, 1.0)


def test_kappa_agrees_with_statsmodels() -> None:
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    pairs += [("c", "c")] * 7 + [("c", "a")] * 2
    table = [[sum(p == (x, y) for p in pairs) for y in "abc"] for x in "abc"]
    chance = chance_agreement(pairs, [1.0] * len(pairs))
    observed = sum(a == b for a, b in pairs) / len(pairs)
    assert cohen_kappa(observed, chance) == pytest.approx(cohens_kappa(table).kappa)


def test_bounds_of_unread_papers_by_hand() -> None:
    # Jeffreys: 4 of 4 read are such, the next one is not with 0.5 / 5 = 0.1; after 40 of 40 with
    # 0.5 / 41 = 0.012. Of 2 more after 6: none 0.5 x 1.5 / (7 x 8) = 0.013, both 0.87.
    assert unread_bounds([(4, 4, 1)]) == (0, 1)
    assert unread_bounds([(40, 40, 1)]) == (1, 1)
    assert unread_bounds([(6, 6, 2)]) == (1, 2)
    assert unread_bounds([(9, 4, 0), (5, 5, 0)]) == (0, 0)
    assert unread_bounds([(6, 6, 2), (6, 0, 2)]) == (1, 3)


def test_bounds_of_unread_papers_agree_with_scipy() -> None:
    unread = betabinom(3000, 80.5, 20.5)
    low, high = unread_bounds([(100, 80, 3000)])
    assert (low, high) == (unread.ppf(0.025), unread.ppf(0.975))


@pytest.mark.parametrize("rates", [(0.97, 0.02), (0.8, 0.1)])
def test_bounds_hold_the_truth_as_often_as_they_say(rates: tuple[float, float]) -> None:
    generator = random.Random(1)
    held = {2022: 0, None: 0}
    for _ in range(400):
        records = population(10, 15, 2022) + population(10, 15, 2023)
        truths = {
            record["paper_id"]: "trained_from_scratch"
            if generator.random() < rates[record["label"] == "cited_only"]
            else "cited_only"
            for record in records
        }
        sample = draw_sample(records, COUNTED, 14, generator.randrange(10**6))
        rows = score_audit(label(sample, truths), records, COUNTED)["shares"]
        for row in rows:
            if row["year"] in held:
                trained = sum(
                    truths[r["paper_id"]] == "trained_from_scratch"
                    for r in records
                    if row["year"] in (None, r["year"])
                )
                held[row["year"]] += row["trained_low"] <= trained <= row["trained_high"]
    assert all(count / 400 >= 0.93 for count in held.values()), held


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
    # What is left: 80 and 270 papers, beta-binomial about 60.0 and 30.5 with variances
    # m p q (a + b + m) / (a + b + 1); 1.96 standard deviations of the sum, to a paper or two.
    variance = 80 * 0.738 * 0.262 * 101 / 22 + 270 * 0.1129 * 0.8871 * 301 / 32
    middle = (year["trained_low"] + year["trained_high"]) / 2
    assert year["trained_high"] - middle == pytest.approx(1.96 * variance**0.5, rel=0.03)
    assert year["trained_low"] < year["trained_corrected"] < year["trained_high"]
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
        for r in agreement(audited, {"counted_as_trained": 10, "cited_only": 90})
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
        score_audit(sample, records, COUNTED)
    truths = {"t2023-0": "trained_from_scratch"}
    with pytest.raises(DatafootprintError, match="no paper labelled cited_only"):
        score_audit(label(sample, truths), records, COUNTED)
    with pytest.raises(DatafootprintError, match="is not among"):
        score_audit(label(sample, truths), records[1:], COUNTED)
    moved = [{**row, "year": 2024} for row in label(sample, truths)]
    with pytest.raises(DatafootprintError, match="t2023-0 of 2024 is not among"):
        score_audit(moved, records, COUNTED)


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
