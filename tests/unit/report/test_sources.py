"""Where the numbers of a run come from, in words."""

import pytest

from datafootprint.report.sources import PAPER, few_papers, sources_table

TRAINING = {"kwh_per_epoch": None, "energy_model": "m", "energy_subset": "full"}
ENERGY = [
    {"model": "m", "subset": "full", "source": "paper"},
    {"model": "m", "subset": "half", "source": "run.log"},
]
COUNTS = [
    {"year": 2024, "source": "live"},
    {"year": 2022, "source": "published"},
    {"year": 2023, "source": "published"},
    {"year": 2025, "source": "mine.csv"},
]
PUBLICATIONS = [{"year": 2024, "source": "openalex", "retrieved": "2026-11-20"}]


def test_years_with_one_source_share_a_row():
    table = sources_table(COUNTS, PUBLICATIONS, ENERGY, "World, 2023", TRAINING, "demo")
    assert table.rows == [
        ("papers of the venue", "2022 to 2023", f"ICLR, as counted by {PAPER}"),
        ("papers of the venue", "2024", "demo, read by this workflow"),
        ("papers of the venue", "2025", "mine.csv"),
        ("publications", "2024", "openalex, retrieved on 2026-11-20"),
        ("energy per epoch", "", PAPER),
        ("carbon intensity", "", "World, 2023"),
    ]


@pytest.mark.parametrize(
    ("training", "told"),
    [
        ({"energy_subset": "half"}, "run.log"),
        ({"kwh_per_epoch": 0.2}, "configuration (training.kwh_per_epoch)"),
    ],
)
def test_the_energy_that_is_used_is_the_one_whose_source_is_told(training, told):
    table = sources_table(COUNTS, PUBLICATIONS, ENERGY, "x", TRAINING | training, "")
    assert table.rows[-2] == ("energy per epoch", "", told)


@pytest.mark.parametrize(
    ("years", "told"),
    [
        (
            [("live", 4), ("live", 9)],
            "2020, 2021 come from 4 to 9 accepted papers a year (venue: v)",
        ),
        ([("mine.csv", 49), ("live", 50)], "2020 come from 49 accepted papers a year"),
        ([("published", 50)], None),
    ],
)
def test_years_of_few_papers_are_named(years, told):
    rows = [
        {"year": 2020 + i, "source": source, "accepted": accepted, "mentioning": 1}
        for i, (source, accepted) in enumerate(years)
    ]
    projected = {"year": 2025, "source": "mine.csv", "accepted": 3, "mentioning": None}
    said = few_papers([*rows, projected], "v")
    assert said == (told and f"The shares of {told}")
