"""What labelling itself took."""

from datafootprint.legacy_tables import check_rows
from datafootprint.usage.footprint import classification_footprint


def record(
    classifier: str, model: str | None, output_tokens: int = 0, seconds: float = 2.0
) -> dict:
    return {
        "classifier": classifier,
        "model": model,
        "needs_review": False,
        "input_tokens": 4 * output_tokens,
        "output_tokens": output_tokens,
        "cost_usd": output_tokens * 1e-6,
        "seconds": seconds,
    }


def test_known_models_have_energy_and_carbon_and_others_are_not_known() -> None:
    rows = classification_footprint(
        [
            record("rules", None),
            record("llm", "gpt-4o-mini", 200),
            record("llm", "gpt-4o-mini", 300),
            record("llm", "a-model-at-home", 100),
        ]
    )
    rules, home, known = check_rows(rows, "classification", "test")
    assert known["papers"] == 2 and known["output_tokens"] == 500
    assert 0 < known["energy_kwh_low"] <= known["energy_kwh_high"] < 0.1
    assert 0 < known["emissions_kg_low"] <= known["emissions_kg_high"]
    assert home["impact_source"] == "not known" and "energy_kwh_low" not in home
    assert rules["output_tokens"] == 0 and "impact_source" not in rules


def test_answers_of_a_batch_take_what_answers_without_haste_take() -> None:
    """Nobody knows their seconds; no time at all would leave out the server's energy."""
    (batch,), (slow,) = (
        classification_footprint([record("llm", "gpt-4o-mini", 200, seconds)])
        for seconds in (0.0, 1000.0)
    )
    assert batch == slow


def test_papers_without_an_answer_took_nothing() -> None:
    answered, refused = record("llm", "gpt-4o-mini", 200), record("llm", "gpt-4o-mini", 0, 0.0)
    (one,), (both,) = map(classification_footprint, ([answered], [answered, refused]))
    assert both == {**one, "papers": 2}
