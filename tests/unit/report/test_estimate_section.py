"""The estimate is called corrected only beside the paper's own numbers."""

import pytest

from datafootprint.report.estimate import estimate_section
from datafootprint.report.tables import TextTable

PRINTED = {"training_emissions": 2429.0, "storage_emissions": 160.0}


def section(headline="as_described", same_runs=True, training_t=2428.7, copies=1):
    row = {"carbon_intensity_g_per_kwh": 445.0, "gas_basis": "co2", "carbon_source": "x"}
    row |= {"runs": 1.0, "energy_kwh": 1000.0, "person_equivalents": 1.0}
    tables = {
        name: [
            {**row, "method": "as_published", "emissions_t": tonnes},
            {**row, "method": "as_described", "emissions_t": 10.0},
        ]
        for name, tonnes in (("training_emissions", training_t), ("storage_emissions", 160.3))
    }
    config = {"methods": {"headline": headline}, "storage": {"copies_per_run": copies}}
    paper = {"same_runs": same_runs, "printed": PRINTED} if same_runs is not None else None
    return estimate_section(tables, config, paper, TextTable("", (), ()))


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ({}, "The corrected numbers"),
        ({"headline": "as_published"}, "The estimate of this configuration"),
        ({"same_runs": False}, "The estimate of this configuration"),
        ({"same_runs": None}, "The estimate of this configuration"),
        ({"training_t": 2400.0}, "The estimate of this configuration"),
    ],
)
def test_title(changed, title):
    assert section(**changed)["title"] == title


def test_sums_are_those_of_the_headline_method():
    found = section(copies=2.5)
    assert (found["energy_kwh"], found["emissions_t"]) == (2000.0, 20.0)
    assert found["copies"] == "2.5 copies"
