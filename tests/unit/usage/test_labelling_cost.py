"""What labelling itself took."""

import pandas as pd
import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.usage.labelling_cost import COST_FIELDS, labelling_cost


def record(model: str | None, output_tokens: int = 0, seconds: float = 2.0) -> dict:
    return {
        "classifier": "llm" if model else "rules",
        "model": model,
        "needs_review": False,
        "review_reasons": [],
        "input_tokens": 4 * output_tokens,
        "output_tokens": output_tokens,
        "cost_usd": output_tokens * 1e-6,
        "seconds": seconds,
        "server_seconds": seconds / 4,
    }


def cost(*records: dict) -> pd.DataFrame:
    return labelling_cost(pd.DataFrame(records, columns=list(COST_FIELDS)))


def test_known_models_have_energy_and_carbon_and_others_are_not_known() -> None:
    table = cost(
        record(None),
        record("gpt-4o-mini", 200),
        record("gpt-4o-mini", 300),
        record("a-model-at-home", 100),
    )
    rules, home, known = table.iloc
    assert known["papers"] == 2 and known["output_tokens"] == 500
    assert 0 < known["energy_kwh_low"] <= known["energy_kwh_high"] < 0.1
    assert 0 < known["emissions_kg_low"] <= known["emissions_kg_high"]
    assert home["impact_source"] == "not known" and pd.isna(home["energy_kwh_low"])
    assert rules["output_tokens"] == 0 and pd.isna(rules["impact_source"])


def test_answers_of_a_batch_take_what_answers_without_haste_take() -> None:
    """Nobody knows their seconds; no time at all would leave out the server's energy."""
    batch, slow = (cost(record("gpt-4o-mini", 200, seconds)) for seconds in (0.0, 1000.0))
    assert batch.equals(slow)


def test_papers_without_an_answer_took_nothing() -> None:
    answered, refused = record("gpt-4o-mini", 200), record("gpt-4o-mini", 0, 0.0)
    assert cost(answered).assign(papers=2).equals(cost(answered, refused))


def test_own_energy_is_the_power_over_the_time_of_the_answers() -> None:
    """Two answers of an hour each, four at a time, at 600 W: 2 h / 4 x 0.6 kW = 0.3 kWh."""
    records = [record("a-model-at-home", 100, 3600.0) for _ in range(2)]
    (row,) = labelling_cost(pd.DataFrame(records), "llm", "a-model-at-home", 600).to_dict("records")
    assert row["energy_kwh_low"] == row["energy_kwh_high"] == pytest.approx(0.3)
    assert "600 W" in row["impact_source"]


def test_papers_without_a_usable_answer_are_counted() -> None:
    fault = {"needs_review": True, "review_reasons": ["no usable answer: cut off"]}
    doubt = {"needs_review": True, "review_reasons": ["no quote was found"]}
    (row,) = cost(record("m"), record("m") | fault, record("m") | doubt).to_dict("records")
    assert (row["papers"], row["needs_review"], row["not_judged"]) == (3, 2, 1)


@pytest.mark.parametrize("mixed", [[record(None), record("m")], [record("m"), record("n")]])
def test_labels_of_two_classifiers_are_refused(mixed: list[dict]) -> None:
    with pytest.raises(DatafootprintError, match=r"but usage\.classifier is llm"):
        labelling_cost(pd.DataFrame(mixed), "llm", "m")
