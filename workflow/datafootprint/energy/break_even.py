"""After how many training runs on a subset its selection has paid off."""

import math
from collections.abc import Iterable

from datafootprint.energy.gains import Gain
from datafootprint.legacy_tables import Row


def break_even(
    selection_costs: Iterable[Row], found: Iterable[Gain], run_epochs: Iterable[float]
) -> list[Row]:
    """Say after how many runs on a subset its selection has paid off.

    N = ceil(selection cost / (gain x energy of a full run)). Costs are in epochs on the full data
    of the same model, so that the energy of an epoch cancels.

    Parameters
    ----------
    selection_costs : rows
        strategy, full_epochs, source.
    found : iterable of Gain
        As `gains.gains` gives them.
    run_epochs : iterable of float
        Epochs of a run on the full data.

    Returns
    -------
    list of dict
        Rows of the table `break_even`; reuses is None where nothing is saved.
    """
    costs = list(selection_costs)
    return [
        {
            "strategy": cost["strategy"],
            "gain_kind": gain.kind,
            "model": gain.model,
            "epochs": epochs,
            "selection_epochs": cost["full_epochs"],
            "saved_epochs_per_run": gain.fraction * epochs,
            "reuses": break_even_reuses(cost["full_epochs"], gain.fraction * epochs),
            "source": cost["source"],
        }
        for cost in costs
        for gain in found
        for epochs in run_epochs
    ]


def break_even_reuses(selection_cost: float, saved_per_run: float) -> int | None:
    """Return the smallest number of runs whose savings cover the cost of the selection.

    Parameters
    ----------
    selection_cost, saved_per_run : float
        In the same unit.

    Returns
    -------
    int or None
        None if a run saves nothing.
    """
    if saved_per_run <= 0:
        return None
    # A quotient that only rounding lifts above a whole number does not need one more run.
    return math.ceil(round(selection_cost / saved_per_run, 9))
