"""The sources of uncertainty, and the priors that say how uncertain each is.

A new source is an entry of `SOURCES`, a line of `data/factors/priors.yaml` and a term of the chain.
A prior is written as a mapping with one distribution and where its figures come from:
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

    STATISTICAL = "T1"
    MEASURED = "T2"
    ASSUMED = "T3"

    @property
    def words(self) -> str:
        """Its name in words."""
        return self.name.lower()

    @property
    def meaning(self) -> str:
        """What its ranges are: only sampling and projection are data and nothing else."""
        return {"T1": "95% interval", "T2": "95% range of errors"}.get(self, "95% scenario range")

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
    # A model of the average, its trend, and one normal bend, in logits, that grows with the root of
    # the years since the last observed one.
    "logit": ("bend_sd",),
    # What the papers that were read report (`literature.practice`).
    "observed": (),
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


class Multiplies(StrEnum):
    """What a source of uncertainty multiplies; shares and labels have a model of their own."""

    SHARES = "shares"
    LABELS = "labels"
    PAPERS = "papers"
    RUNS = "runs per paper"
    TRAINING_ENERGY = "energy of a run"
    STORAGE_ENERGY = "energy of a copy"
    INTENSITY = "carbon intensity"


@dataclass(frozen=True)
class Source:
    """A source of uncertainty; its default prior is in `data/factors/priors.yaml`."""

    tier: Tier  # the first in which it takes part
    multiplies: Multiplies
    meaning: str
    kinds: tuple[str, ...] = FACTOR  # distributions that it may have
    replaces: str = ""  # the configured value that its draws take the place of
    part: str = ""  # part of what a run is (`literature.practice.PARTS`)
    of_mentioning: bool = False  # whether it concerns shares of the mentioning papers alone
    least: float = 0.0  # lowest possible value

    @property
    def of_observed(self) -> bool:
        """Whether it is about runs as they were observed."""
        return self.kinds == OBSERVED


T1, T2, T3 = Tier
M = Multiplies


OBSERVED = ("observed", "fixed")
SOURCES = {
    "sampling": Source(T1, M.SHARES, "Shares of observed years", ("jeffreys", "fixed")),
    "projection": Source(T1, M.SHARES, "Shares of projected years", ("logit", "fixed")),
    "sensitivity": Source(T2, M.LABELS, "Trained papers labelled so by a language model", SHARE),
    "specificity": Source(T2, M.LABELS, "Other papers not labelled so by a language model", SHARE),
    "duplicates": Source(T2, M.PAPERS, "Share of publications left without duplicates", SHARE),
    "energy_per_epoch": Source(
        T2, M.TRAINING_ENERGY, "Energy per epoch over its true mean; measured runs replace it"
    ),
    "carbon_intensity": Source(T2, M.INTENSITY, "Intensity over the configured one"),
    "share_outside_venue": Source(T3, M.PAPERS, "Training elsewhere over that at the venue", SHARE),
    "references_searched": Source(
        T3,
        M.PAPERS,
        "Trained papers if the literature is counted without their references, over those with",
        of_mentioning=True,
    ),
    "pue": Source(T3, M.TRAINING_ENERGY, "PUE", FACTOR, "training.pue_target", least=1.0),
    "storage_kwh_per_tb_year": Source(
        T3, M.STORAGE_ENERGY, "Energy of storage", FACTOR, "storage.kwh_per_tb_year"
    ),
    # What a run is, where it is configured ...
    "full_dataset": Source(
        T3,
        M.PAPERS,
        "Share of papers that used the whole dataset, where any variant was counted",
        SHARE,
        "training.variant_share",
        "variant_share",
    ),
    "runs_per_paper": Source(
        T3, M.RUNS, "Runs per paper", FACTOR, "training.runs_per_paper", "runs_per_paper"
    ),
    "mean_epochs": Source(
        T3, M.TRAINING_ENERGY, "Mean epochs per run", FACTOR, "training.epochs", "epochs"
    ),
    "model_and_hardware": Source(
        T3,
        M.TRAINING_ENERGY,
        "Mean energy per epoch over that of the configured model",
        part="energy_per_epoch",
    ),
    # ... and where it is observed.
    "observed_variant_share": Source(
        T2, M.PAPERS, "Share of papers that used the whole dataset", OBSERVED, "", "variant_share"
    ),
    "observed_runs_per_paper": Source(
        T2, M.RUNS, "Runs per paper, where they are observed", OBSERVED, "", "runs_per_paper"
    ),
    "observed_epochs": Source(
        T2, M.TRAINING_ENERGY, "Mean epochs by year, observed", OBSERVED, "", "epochs"
    ),
    "observed_hardware": Source(
        T3,
        M.TRAINING_ENERGY,
        "Energy per epoch by year, observed",
        OBSERVED,
        "",
        "energy_per_epoch",
    ),
}
#: The errors of a classifier's labels, or of counts that an audit corrected: `labels: <who>`.
LABELS = "labels: "
OF_LABELS = Source(T2, M.SHARES, "Errors of labels")


def source_of(name: str) -> Source:
    """Return the source called `name`."""
    return OF_LABELS if name.startswith(LABELS) else SOURCES[name]


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
