"""The sources of uncertainty, and the priors that say how uncertain each is.

A new source is an entry of `SOURCES` and a term of the chain. In the configuration a prior is a
mapping with one distribution and where its figures come from:
`{beta: {successes: 17, failures: 3}, source: assumption}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Tier(StrEnum):
    """What a range holds: the sources of its tier and of those before it."""

    SAMPLING = "T1"
    MEASUREMENT = "T2"
    STRUCTURE = "T3"

    @property
    def meaning(self) -> str:
        """What its ranges are."""
        return "95% scenario range" if self is Tier.STRUCTURE else "95% interval"

    def holds(self, other: "Tier") -> bool:
        """Tell whether the sources of the tier `other` take part in this one."""
        order = list(Tier)
        return order.index(other) <= order.index(self)


@dataclass(frozen=True)
class Prior:
    """A distribution: its name, its parameters in the order of `DISTRIBUTIONS`, their source."""

    kind: str
    parameters: tuple[Any, ...]
    source: str


#: The distributions and their parameters. A GSD is a geometric standard deviation, a factor.
DISTRIBUTIONS = {
    # The Beta posterior of an observed share after Jeffreys' prior.
    "jeffreys": (),
    # Binomial regression on the year, and one normal bend of all projected years, in logits.
    "logit": ("bend_sd",),
    "beta": ("successes", "failures"),
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
    "lognormal": ("median", "gsd"),
    "lognormal_mean": ("mean", "gsd"),
    # 1 + lognormal.
    "one_plus_lognormal": ("median", "gsd"),
    # The mean of measurements that scatter by `cv`, over the true mean, from 1/limit to limit.
    "student_t": ("cv", "runs", "limit"),
    # The mean of a population: values with Dirichlet weights that are worth so many cases.
    "mixture": ("values", "weights", "cases"),
}
#: Distributions with bounds, those of a share, and those of a factor or quantity.
BOUNDED = ("fixed", "triangular", "uniform")
SHARE = (*BOUNDED, "beta")
FACTOR = (*BOUNDED, "lognormal", "lognormal_mean", "one_plus_lognormal", "student_t", "mixture")


@dataclass(frozen=True)
class Source:
    """A source of uncertainty."""

    tier: Tier  # the first in which it takes part
    meaning: str
    prior: Prior | None  # the default; None where only the dataset can tell
    kinds: tuple[str, ...] = FACTOR  # distributions that it may have
    least: float = 0.0  # lowest possible value


def _assumed(kind: str, *parameters: float, on: str = "") -> Prior:
    return Prior(kind, parameters, f"assumption of this project{on and ' on '}{on}")


T1, T2, T3 = Tier
_UNAUDITED = "assumption until labels are audited"
_SAMPLED = "Share of an observed year; `fixed: true` is the observed one"
_PROJECTED = "Shares of projected years; `fixed: true` is the line of projection.model"
_MEASURED = Prior("student_t", (0.05, 3, 1.4), "paper, Section 4.2; arXiv 2509.22092")
_PUE = Prior(
    "triangular", (1.1, 1.3, 1.6), "Uptime Institute, data/factors/pue.csv; cloud operators"
)
_STORAGE = Prior("triangular", (10, 60, 100), "data/factors/storage_intensity.csv")
SOURCES = {
    "sampling": Source(T1, _SAMPLED, Prior("jeffreys", (), "Jeffreys 1946"), ("jeffreys", "fixed")),
    "projection": Source(
        T1, _PROJECTED, _assumed("logit", 0.1, on="trends that bend"), ("logit", "fixed")
    ),
    "sensitivity": Source(
        T2, "Share of papers that trained, labelled so", Prior("beta", (17, 3), _UNAUDITED), SHARE
    ),
    "specificity": Source(
        T2, "Share of the others, not labelled so", Prior("beta", (38, 2), _UNAUDITED), SHARE
    ),
    "duplicates": Source(
        T2,
        "Share of publications left without duplicates",
        _assumed("triangular", 0.85, 0.95, 1),
        SHARE,
    ),
    # Three runs, 5% between runs, cut at the 40% by which trackers err against meters.
    "energy_per_epoch": Source(
        T2, "Energy per epoch over its true mean; measured runs replace it", _MEASURED
    ),
    "carbon_intensity": Source(
        T2,
        "Intensity over the configured one",
        _assumed("lognormal_mean", 1, 1.1, on="the siting of runs"),
    ),
    "share_outside_venue": Source(
        T3, "Share of training elsewhere over that at the venue", _assumed("beta", 6, 4), SHARE
    ),
    "full_dataset": Source(
        T3, "Share of runs that use the whole dataset", _assumed("beta", 16, 4), SHARE
    ),
    "mean_epochs": Source(T3, "Mean epochs per run, for training.epochs", None),
    "model_and_hardware": Source(
        T3,
        "Mean energy per epoch over that of the configured model",
        _assumed("lognormal", 1.1, 1.35),
    ),
    "pue": Source(T3, "PUE, for training.pue_target", _PUE, least=1.0),
    "runs_per_paper": Source(
        T3,
        "Runs per paper: 1, repetitions, ablations, failures",
        _assumed("one_plus_lognormal", 2, 2.2),
    ),
    "storage_kwh_per_tb_year": Source(T3, "For storage.kwh_per_tb_year", _STORAGE),
}


def read_priors(section: Mapping[str, Mapping[str, Any]]) -> dict[str, Prior]:
    """Read `uncertainty.priors` of a checked configuration."""
    return {name: as_prior(section[name]) for name in SOURCES}


def as_prior(written: Mapping[str, Any]) -> Prior:
    """Read a prior as the configuration writes it."""
    kind = next(name for name in written if name != "source")
    given = written[kind]
    if kind == "fixed":
        return Prior(kind, () if given is True else (given,), written["source"])
    return Prior(kind, tuple(given[name] for name in DISTRIBUTIONS[kind]), written["source"])


def as_written(prior: Prior) -> dict[str, Any]:
    """Write a prior as the configuration does."""
    if prior.kind == "fixed":
        return {"fixed": next(iter(prior.parameters), True), "source": prior.source}
    names = zip(DISTRIBUTIONS[prior.kind], prior.parameters, strict=True)
    return {prior.kind: dict(names), "source": prior.source}


def with_measured_spread(
    priors: Mapping[str, Prior], energy: "pd.DataFrame", training: Mapping[str, Any]
) -> dict[str, Prior]:
    """Put the measured spread of the table `energy_per_epoch` in the place of an assumed one.

    A typed energy was not measured, and a prior that is not `student_t` stays as it is.
    """
    prior = priors["energy_per_epoch"]
    if training["kwh_per_epoch"] is not None or prior.kind != "student_t":
        return dict(priors)
    chosen = (energy["model"] == training["energy_model"]) & (
        energy["subset"] == training["energy_subset"]
    )
    for row in energy[chosen & (energy["runs"] >= 2) & (energy["kwh_sd"] > 0)].itertuples():
        spread = (row.kwh_sd / row.kwh_per_epoch, int(row.runs), prior.parameters[2])
        prior = Prior("student_t", spread, "results/energy_per_epoch.csv")
    return {**priors, "energy_per_epoch": prior}
