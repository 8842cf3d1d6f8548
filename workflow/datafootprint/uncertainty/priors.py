"""The priors of the sources of uncertainty, as the configuration writes them.

A prior is a list: the name of a distribution, its parameters, and the source of the figures.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datafootprint.errors import DatafootprintError

#: Source of uncertainty -> the tier from which on it takes part.
TIERS = {
    "sampling": "T1",
    "projection": "T1",
    "sensitivity": "T2",
    "specificity": "T2",
    "duplicates": "T2",
    "energy_per_epoch": "T2",
    "carbon_intensity": "T2",
    "share_outside_venue": "T3",
    "full_dataset": "T3",
    "mean_epochs": "T3",
    "model_and_hardware": "T3",
    "pue": "T3",
    "runs_per_paper": "T3",
    "storage_kwh_per_tb_year": "T3",
}
#: Sources whose values are shares of papers.
SHARE_SOURCES = ("sensitivity", "specificity", "duplicates", "share_outside_venue", "full_dataset")
#: Distributions that a share may have, since they stay within [0, 1] or are checked to.
BOUNDED = ("fixed", "beta", "triangular", "uniform")


@dataclass(frozen=True)
class Prior:
    """A distribution.

    Attributes
    ----------
    kind : str
        Name of the distribution.
    parameters : tuple
        Its parameters, in the order that `config.schema.yaml` describes.
    source : str
        Where they come from.
    """

    kind: str
    parameters: tuple[Any, ...]
    source: str


def read_priors(section: Mapping[str, Sequence[Any]]) -> dict[str, Prior]:
    """Read `uncertainty.priors` of the configuration, whose form its schema has checked.

    Raises
    ------
    DatafootprintError
        If a distribution cannot exist (a triangle whose corners are out of order, weights that do
        not fit) or gives shares outside [0, 1], or fixed error rates leave nothing to correct.
    """
    priors = {}
    for name, entry in section.items():
        prior = Prior(entry[0], tuple(entry[1:-1]), entry[-1])
        fault = _fault(name, prior)
        if fault:
            raise DatafootprintError(f"config: uncertainty.priors.{name} {list(entry)}: {fault}.")
        priors[name] = prior
    rates = priors["sensitivity"], priors["specificity"]
    fixed = [rate.parameters[0] for rate in rates if rate.kind == "fixed"]
    if len(fixed) == 2 and sum(fixed) <= 1:
        raise DatafootprintError(
            "config: uncertainty.priors: sensitivity + specificity must be above 1, or the labels "
            "say nothing."
        )
    return priors


def _fault(name: str, prior: Prior) -> str | None:
    """Say what is wrong with a prior that the schema lets pass."""
    kind, values = prior.kind, prior.parameters
    if not all(math.isfinite(value) for value in _numbers(values)):
        return "every parameter must be a finite number"
    if kind == "triangular" and not (values[0] <= values[1] <= values[2] and values[0] < values[2]):
        return "needs low <= mode <= high and low < high"
    if kind == "uniform" and not values[0] < values[1]:
        return "needs low < high"
    if kind == "mixture" and len(values[0]) != len(values[1]):
        return "needs as many weights as values"
    if name in SHARE_SOURCES:
        if kind not in BOUNDED:
            return f"a share can be {', '.join(BOUNDED)}"
        if kind != "beta" and max(values) > 1:
            return "a share cannot be above 1"
    elif kind == "beta":
        return "beta is for shares (" + ", ".join(SHARE_SOURCES) + ")"
    elif kind in BOUNDED and values and max(values) == 0:
        return "needs a value above 0"
    elif name == "pue" and kind in BOUNDED and min(values) < 1:
        return "a PUE cannot be below 1"
    return None


def _numbers(parameters: Sequence[Any]) -> list[float]:
    """Return the parameters with those of lists among them."""
    numbers = []
    for parameter in parameters:
        numbers += parameter if isinstance(parameter, list) else [parameter]
    return numbers


def with_measured_spread(
    priors: Mapping[str, Prior], energy: Sequence[Mapping[str, Any]], training: Mapping[str, Any]
) -> dict[str, Prior]:
    """Put the measured spread of the energy per epoch in the place of an assumed one.

    Parameters
    ----------
    priors : mapping
        By source; an `energy_per_epoch` that is not `student_t` stays as it is.
    energy : rows
        The table `energy_per_epoch`: model, subset, kwh_per_epoch, kwh_sd, runs where known.
    training : mapping
        The section `training`; with `kwh_per_epoch` typed no measurement is in use.

    Returns
    -------
    dict
        With the coefficient of variation and the number of runs of the measured row, if it has at
        least two runs and a spread above 0.
    """
    prior = priors["energy_per_epoch"]
    chosen = (training["energy_model"], training["energy_subset"])
    for row in energy:
        runs, spread = row.get("runs"), row.get("kwh_sd")
        if (
            (row["model"], row["subset"]) == chosen
            and training["kwh_per_epoch"] is None
            and prior.kind == "student_t"
            and runs is not None
            and runs >= 2
            and spread
        ):
            measured = (spread / row["kwh_per_epoch"], runs, prior.parameters[2])
            return {
                **priors,
                "energy_per_epoch": Prior("student_t", measured, "results/energy_per_epoch.csv"),
            }
    return dict(priors)
