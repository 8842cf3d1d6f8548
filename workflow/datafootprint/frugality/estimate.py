"""The tables of the stage: what subsets would save, and when a selection has paid off."""

from collections.abc import Mapping, Sequence
from typing import Any

from datafootprint.energy.gains import break_even, gains, measured_gains
from datafootprint.footprint.carbon import Grid
from datafootprint.frugality.scenarios import energy_savings, epochs_of_a_run, with_emissions
from datafootprint.legacy_tables import Row
from datafootprint.tables import records_of


def estimate_frugality(
    training_runs: Sequence[Row],
    energy: Sequence[Row],
    selection_costs: Sequence[Row],
    grid: Grid,
    config: Mapping[str, Any],
) -> dict[str, list[Row]]:
    """Estimate what training on subsets would save, and when a selection has paid off.

    Parameters
    ----------
    training_runs, energy, selection_costs : rows
        The tables training_runs, energy_per_epoch, selection_cost.
    grid : Grid
        With the intensity of each year of `training_runs`.
    config : mapping
        The sections `frugality`, `training`, `storage` and `dataset` of the configuration.

    Returns
    -------
    dict of str to rows
        The tables `frugality` (kWh, tonnes), `energy_gains` (fractions) and `break_even` (epochs,
        runs).

    Raises
    ------
    DatafootprintError
        If the configured model was not measured on the full data, or no model was.
    """
    frugality = config["frugality"]
    savings = energy_savings(training_runs, energy, config)
    found = gains(energy, frugality["subset"], frugality["pruned_fraction"])
    return {
        "frugality": with_emissions(savings, training_runs, grid),
        "energy_gains": records_of(measured_gains(energy)),
        "break_even": records_of(break_even(selection_costs, found, epochs_of_a_run(config))),
    }
