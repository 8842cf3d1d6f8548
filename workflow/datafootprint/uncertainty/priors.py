"""The sources of uncertainty, and the priors that say how uncertain each is.

A new source is an entry of `SOURCES` and a term of the chain. In the configuration a prior is a
mapping with one distribution and where its figures come from:
`{beta: {successes: 17, failures: 3}, source: assumption}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


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


_ASSUMED = "assumption of this project"
_UNAUDITED = "assumption until labels are audited"
SOURCES = {
    "sampling": Source(
        Tier.SAMPLING,
        "Share of papers in an observed year; `fixed: true` takes the observed share",
        Prior("jeffreys", (), "Jeffreys 1946"),
        ("jeffreys", "fixed"),
    ),
    "projection": Source(
        Tier.SAMPLING,
        "Shares of projected years, whatever projection.model is; `fixed: true` takes its line",
        Prior("logit", (0.1,), "assumption of this project on trends that bend"),
        ("logit", "fixed"),
    ),
    "sensitivity": Source(
        Tier.MEASUREMENT,
        "Share of the papers that trained which are labelled so",
        Prior("beta", (17, 3), _UNAUDITED),
        SHARE,
    ),
    "specificity": Source(
        Tier.MEASUREMENT,
        "Share of the papers that did not train which are not labelled as trained",
        Prior("beta", (38, 2), _UNAUDITED),
        SHARE,
    ),
    "duplicates": Source(
        Tier.MEASUREMENT,
        "Share of the publications left without duplicates (preprint and proceedings)",
        Prior("triangular", (0.85, 0.95, 1), _ASSUMED),
        SHARE,
    ),
    # Three runs, 5% between runs, cut at the 40% by which trackers err against meters.
    "energy_per_epoch": Source(
        Tier.MEASUREMENT,
        "Energy per epoch over its true mean; measured runs replace scatter and number",
        Prior("student_t", (0.05, 3, 1.4), "paper, Section 4.2; arXiv 2509.22092"),
    ),
    "carbon_intensity": Source(
        Tier.MEASUREMENT,
        "Carbon intensity over the configured one",
        Prior("lognormal_mean", (1, 1.1), "assumption of this project on the siting of runs"),
    ),
    "share_outside_venue": Source(
        Tier.STRUCTURE,
        "Share of training elsewhere over the share at the venue",
        Prior("beta", (6, 4), _ASSUMED),
        SHARE,
    ),
    "full_dataset": Source(
        Tier.STRUCTURE,
        "Share of the runs that use the whole of the dataset",
        Prior("beta", (16, 4), _ASSUMED),
        SHARE,
    ),
    "mean_epochs": Source(Tier.STRUCTURE, "Mean epochs per run, in place of training.epochs", None),
    "model_and_hardware": Source(
        Tier.STRUCTURE,
        "Mean energy per epoch of all models and hardware over that of the configured model",
        Prior("lognormal", (1.1, 1.35), _ASSUMED),
    ),
    "pue": Source(
        Tier.STRUCTURE,
        "PUE, in place of training.pue_target",
        Prior(
            "triangular",
            (1.1, 1.3, 1.6),
            "Uptime Institute, data/factors/pue.csv; cloud operators",
        ),
        least=1.0,
    ),
    "runs_per_paper": Source(
        Tier.STRUCTURE,
        "Training runs per paper: 1, and repetitions, ablations and failures",
        Prior("one_plus_lognormal", (2, 2.2), _ASSUMED),
    ),
    "storage_kwh_per_tb_year": Source(
        Tier.STRUCTURE,
        "Energy intensity of storage in kWh/TB/year, in place of storage.kwh_per_tb_year",
        Prior("triangular", (10, 60, 100), "data/factors/storage_intensity.csv"),
    ),
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
    priors: Mapping[str, Prior], energy: Any, training: Mapping[str, Any]
) -> dict[str, Prior]:
    """Put the measured spread of the energy per epoch in the place of an assumed one.

    An `energy_per_epoch` that is not `student_t` stays; a typed `kwh_per_epoch` was not measured.
    """
    import pandas as pd

    prior = priors["energy_per_epoch"]
    if training["kwh_per_epoch"] is not None or prior.kind != "student_t":
        return dict(priors)
    columns = ["model", "subset", "kwh_per_epoch", "kwh_sd", "runs"]
    table = pd.DataFrame(energy).reindex(columns=columns)
    chosen = (table["model"] == training["energy_model"]) & (
        table["subset"] == training["energy_subset"]
    )
    for row in table[chosen & (table["runs"] >= 2) & (table["kwh_sd"] > 0)].itertuples():
        spread = (row.kwh_sd / row.kwh_per_epoch, int(row.runs), prior.parameters[2])
        prior = Prior("student_t", spread, "results/energy_per_epoch.csv")
    return {**priors, "energy_per_epoch": prior}
