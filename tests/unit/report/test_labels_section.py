"""What the report says about labels."""

import pytest
from tests.unit.report.rendering import render

from datafootprint.report.labels import labels_section

COUNTS = [
    {"source": "published"},
    {
        "source": "live",
        "year": 2023,
        "accepted": 40,
        "mentioning": 20,
        "trained_raw": 7,
        "trained_corrected": 6.25,
        "trained_low": 5.0,
        "trained_high": 8.0,
        "trained_subsets": 1,
        "needs_review": 2,
        "unread": 3,
        "correction": "audit",
    },
]
RULES = {"classifier": "rules", "model": "none", "papers": 20}
MODEL = {
    "classifier": "llm",
    "model": "gpt-4.1-mini",
    "papers": 20,
    "input_tokens": 30000,
    "output_tokens": 4000,
    "cost_usd": 0.0184,
    "energy_kwh_low": 0.01,
    "energy_kwh_high": 0.02,
    "emissions_kg_low": None,
    "emissions_kg_high": None,
}


def test_nothing_is_said_when_nothing_was_read():
    assert labels_section(COUNTS[:1], []) is None


@pytest.mark.parametrize("correction", ["none", "audit", "rogan_gladen"])
@pytest.mark.parametrize("unread", [0, 3])
def test_sentences_are_apart(correction, unread, config):
    live = {**COUNTS[1], "correction": correction, "unread": unread}
    page = render("labels", labels=labels_section([live], [RULES]), config=config)
    assert ". The counts are " in page
    assert ("before you rely on them" in page) == (correction == "none")
    assert "not counted: the estimate ends in" not in page


def test_years_that_were_read_and_not_counted_are_named(config):
    config["papers"]["years"] = [2024, 2026]
    page = render("labels", labels=labels_section(COUNTS, [RULES]), config=config)
    assert "The papers of 2026 were read as well but are not counted" in page


def test_cue_rules_are_called_a_baseline():
    section = labels_section(COUNTS, [RULES])
    assert section["baseline"] and section["spent_table"] is None
    assert section["unread"] == 3
    (row,) = section["counts_table"].rows
    assert row[3:5] == ("7", "6.2 (5.0 to 8.0)")


def test_what_a_model_took_is_shown_and_what_is_not_known_is_said():
    section = labels_section(COUNTS, [MODEL])
    (row,) = section["spent_table"].rows
    assert row == ("gpt-4.1-mini", "20", "30,000", "4,000", "0.02", "0.01 to 0.02", "not known")
    assert not section["baseline"]
