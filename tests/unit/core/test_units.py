"""Quantities that do not belong together cannot be combined."""

import pint
import pytest

from datafootprint.units import quantity


def test_a_share_of_accepted_papers_of_mentioning_papers_is_not_a_number_of_runs():
    """This test would have caught the published estimate's second fault."""
    share = quantity(0.122, "trained_paper / accepted_paper")
    runs = share * quantity(48294, "mentioning_paper") * quantity(1, "run / trained_paper")
    with pytest.raises(pint.DimensionalityError):
        runs.to("run")


def test_co2_is_not_co2e():
    with pytest.raises(pint.DimensionalityError):
        (quantity(2429, "tonne_co2") / quantity(6.59, "tonne_co2e / person")).to("person")


def test_gigabytes_are_decimal():
    assert quantity(130, "GB").to("TB").magnitude == pytest.approx(0.13, rel=1e-15)
    assert quantity(130, "GiB").to("TB").magnitude == pytest.approx(0.13958643712, rel=1e-12)
