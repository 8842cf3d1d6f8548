"""Numbers as people read them."""

import pytest

from datafootprint.report.numbers import between, energy, energy_between, rounded


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (46178.6, 0, "46,179"),
        (34.2, 0, "34"),
        (4.23, 0, "4.2"),
        (0.00412, 0, "0.0041"),
        (-0.5, 0, "-0.50"),
        (445.0, 1, "445.0"),
        (0.0, 0, "0"),
        (0.0, 3, "0.000"),
        (3, 2, "3"),
        (12345, 0, "12,345"),
    ],
)
def test_no_number_reads_as_zero_that_is_none(value, decimals, shown):
    assert rounded(value, decimals) == shown


def test_energies_are_in_the_unit_that_suits_them():
    assert energy(13_657_000) == "13.66 GWh"
    assert energy(98_000) == "98.00 MWh"
    assert energy(0.063) == "0.063 kWh"
    assert energy(0.0) == "0.00 kWh"
    assert energy_between(8_840_000, 18_840_000) == "8.8 to 18.8 GWh"
    assert between(5.91, 31.2) == "5.9 to 31"
