"""How much energy an epoch on a subset saves, measured and as it can be transferred."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass

from datafootprint.energy.epoch import FULL
from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gain:
    """Part of the energy of a training run that a subset saves.

    Attributes
    ----------
    kind : str
        `proportional` (the pruned fraction itself), `measured`, or `measured_capped` (the measured
        gain, at most the pruned fraction).
    model : str
        Model that was measured; empty for `proportional`.
    fraction : float
        Part of the energy saved with the same number of epochs.
    """

    kind: str
    model: str
    fraction: float


def gain_of(full: float, pruned: float) -> float:
    """Return the part saved, 1 - pruned / full (the columns "Gain" of Table 1)."""
    return 1 - pruned / full


def time_gain(full: Row, pruned: Row) -> float:
    """Return the part of the minutes per epoch that is saved."""
    return gain_of(full["minutes_per_epoch"], pruned["minutes_per_epoch"])


def energy_gain(full: Row, pruned: Row) -> float:
    """Return the part of the energy per epoch that is saved, whatever PUE either row contains."""
    return gain_of(_it_kwh(full), _it_kwh(pruned))


def _it_kwh(row: Row) -> float:
    """Return the energy of the equipment alone, in kWh per epoch."""
    kwh: float = row["kwh_per_epoch"] / row["pue"]
    return kwh


def gains(energy: Sequence[Row], subset: str, pruned_fraction: float) -> list[Gain]:
    """List the gains that a subset allows to claim.

    A measured gain above the pruned fraction does not come from fewer samples: with the ResNets of
    Table 1 the throughput rises as well (data loading). It is shown as measured, and capped at the
    pruned fraction where it is transferred to other people's runs.

    Parameters
    ----------
    energy : rows
        model, subset, kwh_per_epoch, pue.
    subset : str
        Name of the pruned subset in that table.
    pruned_fraction : float
        Part of the samples left out, between 0 and 1.

    Returns
    -------
    list of Gain
        The proportional one, then two for each model measured on both subsets.
    """
    found = [Gain("proportional", "", pruned_fraction)]
    by_model: dict[str, dict[str, Row]] = {}
    for row in energy:
        by_model.setdefault(row["model"], {})[row["subset"]] = row
    for model, measured in by_model.items():
        if FULL in measured and subset in measured:
            fraction = energy_gain(measured[FULL], measured[subset])
            found.append(Gain("measured", model, fraction))
            found.append(Gain("measured_capped", model, min(fraction, pruned_fraction)))
    return found


def is_resolved(
    means: tuple[float, float], deviations: tuple[float | None, float | None], runs: tuple[int, int]
) -> bool | None:
    """Tell whether two means differ beyond the 95% interval of their difference.

    The interval is that of Welch (Biometrika 34 (1947), 28-35), whose Student's t minds how few
    the runs are.

    Parameters
    ----------
    means, deviations, runs : pairs
        Mean, standard deviation between runs (None for a single run) and number of runs of each.

    Returns
    -------
    bool or None
        None if a deviation is not known.
    """
    first, second = deviations
    if first is None or second is None:
        return None
    variances = (first**2 / runs[0], second**2 / runs[1])
    variance = sum(variances)
    difference = abs(means[0] - means[1])
    if variance == 0:
        return difference > 0
    from scipy.special import stdtrit

    doubt = sum(v**2 / (n - 1) for v, n in zip(variances, runs, strict=True))
    return bool(difference > stdtrit(variance**2 / doubt, 0.975) * math.sqrt(variance))


def measured_gains(energy: Sequence[Row]) -> list[Row]:
    """Compare each subset with the full data of the same model.

    Returns
    -------
    list of dict
        model, subset, time_gain and energy_gain as fractions, and gain_resolved as `is_resolved`
        tells of the energy; a gain that is not resolved is warned of.

    Raises
    ------
    DatafootprintError
        If something was measured, but no model on the full data.
    """
    full = {row["model"]: row for row in energy if row["subset"] == FULL}
    if energy and not full:
        raise DatafootprintError("energy per epoch: no model was measured on the subset 'full'.")
    rows = [
        {
            "model": row["model"],
            "subset": row["subset"],
            "time_gain": time_gain(full[row["model"]], row),
            "energy_gain": energy_gain(full[row["model"]], row),
            "gain_resolved": _rows_resolved(full[row["model"]], row),
        }
        for row in energy
        if row["subset"] != FULL and row["model"] in full
    ]
    for row in rows:
        if row["gain_resolved"] is False:
            log.warning(
                "%s, %s: the gain of %.0f%% is within the spread between the runs; measure more.",
                row["model"],
                row["subset"],
                100 * row["energy_gain"],
            )
    return rows


def _rows_resolved(full: Row, pruned: Row) -> bool | None:
    if full.get("runs") is None or pruned.get("runs") is None:
        return None
    if full["kwh_sd"] is None or pruned["kwh_sd"] is None:
        return None
    return is_resolved(
        (_it_kwh(full), _it_kwh(pruned)),
        (full["kwh_sd"] / full["pue"], pruned["kwh_sd"] / pruned["pue"]),
        (full["runs"], pruned["runs"]),
    )
