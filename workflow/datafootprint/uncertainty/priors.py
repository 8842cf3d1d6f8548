"""The sources of uncertainty, and the priors that say how uncertain each is.

A new source is a line of `error_sources.csv` and one of `data/factors/priors.yaml`.
A prior is written as a mapping with one distribution and where its figures come from:
`{beta: {successes: 17, failures: 3}, source: assumption}`.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Tier(StrEnum):
    """What a range holds: the sources of its tier and of those before it (`<=`)."""

    STATISTICAL = "T1"  # sampling of the papers and projection
    MEASURED = "T2"  # errors that data speak about
    ASSUMED = "T3"  # what nobody has measured: a range of scenarios

    @property
    def meaning(self) -> str:
        """What its ranges are."""
        return {
            "T1": "95% interval of sampling and projection",
            "T2": "95% range of errors, some judged",
        }.get(self, "95% scenario range")


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
    VARIANT_SHARE = "variant_share"
    RUNS = "runs"
    TRAINING_ENERGY = "training_energy"
    STORAGE_ENERGY = "storage_energy"
    INTENSITY = "intensity"


@dataclass(frozen=True)
class Source:
    """A source of uncertainty: a line of `error_sources.csv`."""

    tier: Tier  # the first in which it takes part
    multiplies: Multiplies
    kinds: tuple[str, ...] = ()  # distributions that it may have
    least: float = 0.0  # lowest possible value
    most: float = 0.0  # highest parameter of a prior that makes sense; 0: no limit
    replaces: str = ""  # the configured value that its draws take the place of
    #: Takes part in every estimate, or where shares are of the `mentioning` papers, or where a part
    #: of what a run is (`literature.practice.PARTS`) is `configured` or `observed`.
    about: str = ""
    meaning: str = ""


def _read_source(row: Mapping[str, Any]) -> Source:
    read = {
        "tier": Tier(row["tier"]),
        "multiplies": Multiplies(row["multiplies"]),
        "kinds": {"share": SHARE, "factor": FACTOR}.get(row["kinds"], tuple(row["kinds"].split())),
        "least": float(row["least"]),
        "most": float(row["most"]),
    }
    return Source(**{**row, **read})


with Path(__file__).with_name("error_sources.csv").open(encoding="utf-8") as _table:
    SOURCES = {row.pop("name"): _read_source(row) for row in csv.DictReader(_table)}
#: The errors of a classifier's labels, or of counts that an audit corrected: `labels: <who>`.
LABELS = "labels: "


def source_of(name: str) -> Source:
    """Return the source called `name`."""
    return Source(Tier.MEASURED, Multiplies.SHARES) if name.startswith(LABELS) else SOURCES[name]


def as_prior(written: Mapping[str, Any]) -> Prior:
    """Read a prior as the configuration writes it."""
    kind = next(name for name in written if name != "source")
    given = written[kind]
    if kind == "fixed":
        return Prior(kind, () if given is True else (given,), written["source"])
    return Prior(kind, tuple(given[name] for name in DISTRIBUTIONS[kind]), written["source"])


def read_priors(sections: Mapping[str, Any], energy: "pd.DataFrame") -> dict[str, Prior]:
    """Read the priors of the sections `uncertainty` and `training` of a checked configuration.

    The measured spread of the table `energy_per_epoch` takes the place of an assumed one
    (`student_t`). A typed energy was not measured.
    """
    written, training = sections["uncertainty"]["priors"], sections["training"]
    priors = {name: as_prior(written[name]) for name in SOURCES}
    assumed = priors["energy_per_epoch"]
    chosen = (energy["model"] == training["energy_model"]) & (
        energy["subset"] == training["energy_subset"]
    )
    measured = energy[chosen & (energy["runs"] >= 2) & (energy["kwh_sd"] > 0)]
    if assumed.kind == "student_t" and training["kwh_per_epoch"] is None and len(measured):
        row = measured.iloc[0]
        spread = (row["kwh_sd"] / row["kwh_per_epoch"], int(row["runs"]), assumed.parameters[2])
        priors["energy_per_epoch"] = Prior("student_t", spread, "results/energy_per_epoch.csv")
    return priors
