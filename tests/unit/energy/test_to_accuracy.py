"""Energy to accuracy, and the published table of DPET."""

from pathlib import Path

import pytest

from datafootprint.energy.to_accuracy import energy_to_accuracy, ratio_to_standard
from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import read_rows

PUBLISHED = Path(__file__).parents[3] / "data" / "factors" / "energy_to_accuracy.csv"


def test_the_first_epoch_that_reaches_the_target_counts():
    curves = {"full": [(1.0, 0.5), (2.0, 0.8), (3.0, 0.7)]}
    rows = energy_to_accuracy(curves, [0.5, 0.75, 0.9])
    assert [row["energy_wh"] for row in rows] == [1.0, 2.0, None]


def test_energy_cannot_fall():
    with pytest.raises(DatafootprintError, match="falls"):
        energy_to_accuracy({"full": [(2.0, 0.5), (1.0, 0.8)]}, [0.5])


def test_published_ratios_of_dpet():
    rows = read_rows(PUBLISHED, "energy_to_accuracy")
    dpet = {row["strategy"] for row in rows if row["strategy"].startswith("DPET")}
    ratios = ratio_to_standard(rows, dpet, "Standard train")
    assert [round(ratios[target], 2) for target in sorted(ratios)] == [
        0.95,
        0.97,
        0.69,
        0.54,
        0.40,
        0.15,
        0.19,
    ]


def test_published_table_is_complete():
    rows = read_rows(PUBLISHED, "energy_to_accuracy")
    assert len(rows) == 12 * 7
    assert [r for r in rows if r["energy_wh"] is None] == [
        {"strategy": "RS2 w/o repl 5%", "target": 0.9, "energy_wh": None}
    ]
