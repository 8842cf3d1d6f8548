"""The strategies by the names that the configuration uses."""

from collections.abc import Mapping
from typing import Any

from datafootprint.energy.epoch import FULL
from datafootprint.energy.selection.early_training import (
    early_scores,
    forgetting_score,
    prototype_score,
)
from datafootprint.energy.selection.scores import UNCERTAINTIES
from datafootprint.energy.selection.strategies import (
    ActiveLearning,
    Dpet,
    FixedSubset,
    Full,
    RepeatedRandom,
    Strategy,
)
from datafootprint.errors import DatafootprintError

FIXED = ("random", "el2n", "grand", "forgetting", "prototypes", "prototypes_easy")
NAMES = (
    FULL,
    *FIXED,
    "rs2",
    *(f"active_{name}" for name in UNCERTAINTIES),
    *(f"dpet_{name}" for name in UNCERTAINTIES),
)


def make_strategy(name: str, settings: Mapping[str, Any]) -> Strategy:
    """Make a strategy.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    settings : mapping
        keep_fraction, class_balance, scoring_networks, scoring_epochs, warm_up_fraction,
        warm_up_epochs, round_fraction, round_epochs.

    Raises
    ------
    DatafootprintError
        If there is no such strategy.
    """
    keep, networks, epochs = (
        settings[key] for key in ("keep_fraction", "scoring_networks", "scoring_epochs")
    )
    made = {
        "el2n": early_scores("el2n", networks, epochs),
        "grand": early_scores("grand", networks, epochs),
        "forgetting": forgetting_score(epochs),
        "prototypes": prototype_score(epochs),
        "prototypes_easy": prototype_score(epochs),
        "random": None,
    }
    kind, _, uncertainty = name.partition("_")
    if name == FULL:
        return Full()
    if name == "rs2":
        return RepeatedRandom(keep)
    if name in made:
        return FixedSubset(
            made[name],
            keep,
            keep="easy" if name.endswith("_easy") else "hard",
            class_balance=settings["class_balance"],
        )
    if name in NAMES:
        rounds, round_epochs = settings["round_fraction"], settings["round_epochs"]
        start = rounds if kind == "active" else 0.0
        active = ActiveLearning(UNCERTAINTIES[uncertainty], start, rounds, round_epochs, keep)
        if kind == "active":
            return active
        warm_up = RepeatedRandom(settings["warm_up_fraction"])
        return Dpet(warm_up, settings["warm_up_epochs"], active)
    raise DatafootprintError(
        f"there is no selection strategy {name!r}; there are {', '.join(NAMES)}."
    )


def subset_name(name: str, keep_fraction: float) -> str | None:
    """Return what the energy table calls the subset; None if its size changes with the epoch."""
    if name == FULL:
        return FULL
    if name in (*FIXED, "rs2"):
        return f"{name}_pruned_{round(100 * (1 - keep_fraction)):d}"
    return None
