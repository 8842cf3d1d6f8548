"""The chain from shares to runs and factors, on arrays of draws instead of single numbers.

Each draw is one possible world: its shares, one mean of every factor. A total over 100,000 runs
depends on the mean of what a run consumes and not on the spread between runs, so a factor is drawn
once per world and never once per run. The last axis of every array is the draws, the first of a
two-dimensional one the years.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.literature.methods import METHODS, Method
from datafootprint.projection.shares import SHARES
from datafootprint.uncertainty.draws import Array, draw, stream
from datafootprint.uncertainty.priors import SOURCES, Prior, Tier
from datafootprint.usage.correction import Z_95
from datafootprint.usage.labels import Correction

#: The shares that the methods apply.
APPLIED_SHARES = list(dict.fromkeys(method.share for method in METHODS.values()))
#: Least informative classifier that a draw may have: sensitivity + specificity - 1.
LEAST_INFORMATION = 1e-3
#: Factors of the papers that trained, and of the energy of a run.
OF_PAPERS = ("share_outside_venue", "full_dataset")
OF_TRAINING_ENERGY = ("energy_per_epoch", "model_and_hardware", "mean_epochs", "pue")
#: Source -> its draws, of shape (draws,) or, where it is fixed, (1,); `sampling` (observed years,
#: draws) and `projection` (two coefficients and one bend, draws) are absent where they are fixed.
Sources = Mapping[str, Array]


@dataclass(frozen=True)
class Inputs:
    """What the chain starts from."""

    #: By year: the table `Projection`, `publications`, and of observed years whose trained papers
    #: were already corrected for errors of the labels: `corrected` (True), `audit_error` (standard
    #: error in papers), and where error rates corrected them `trained_raw`, `sensitivity`,
    #: `specificity`.
    years: pd.DataFrame
    fits: pd.DataFrame  # the table `ProjectionFits` by share
    priors: dict[str, Prior]  # by source
    configured: dict[str, float]  # by source, the value to which its draws are relative

    @property
    def is_observed(self) -> Any:
        """Whether each year is observed."""
        return self.column("kind") == "observed"

    @property
    def uncorrected(self) -> Array:
        """How much of the share of each year still has the errors of the labels, 0 to 1.

        A projected year has inherited them from as many of the observed years as are not corrected.
        """
        wrong = (~self.years["corrected"]).to_numpy(dtype=float)
        return np.where(self.is_observed, wrong, wrong[self.is_observed].mean())

    def column(self, name: str) -> Any:
        """Return a column of `years` as an array."""
        return self.years[name].to_numpy()

    def seen(self, share: str) -> Array:
        """Return the share of the papers in the denominator that the classifier saw, per year."""
        if SHARES[share][1] == "mentioning":
            return np.ones(len(self.years))
        return np.asarray(self.column("mentioning_share"))


def read_inputs(
    counts: pd.DataFrame,
    projection: pd.DataFrame,
    publications: pd.DataFrame,
    fits: pd.DataFrame,
    priors: Mapping[str, Prior],
    sections: Mapping[str, Any],
) -> Inputs:
    """Join the tables by year, and find the counts that an audit has corrected.

    A year with a `correction` (audit, rogan_gladen) is not corrected again; its 95% bounds
    trained_low and trained_high, where it was audited, give the standard error. Error rates from
    elsewhere count as exact, and the labels they correct as sampled. `sections` are training and,
    where the storage counts, storage.
    """
    known = counts[counts["mentioning"].notna() & counts["correction"].notna()]
    known = known[known["correction"] != Correction.NONE].set_index("year")
    error = (known["trained_high"] - known["trained_low"]) / (2 * Z_95)
    years = projection.set_index("year").sort_index()
    years["publications"] = publications.set_index("year")["publications"]
    years["corrected"] = years.index.isin(known.index)
    years["audit_error"] = error.where(known["correction"] == Correction.AUDIT, 0.0)
    rates = ["trained_raw", "sensitivity", "specificity"]
    years = years.join(known.loc[known["sensitivity"].notna(), rates].astype(float))
    configured = {
        "mean_epochs": sections["training"]["epochs"],
        "pue": sections["training"]["pue_target"],
        # Of nothing stored, no factor changes the energy.
        "storage_kwh_per_tb_year": sections.get("storage", {}).get("kwh_per_tb_year") or 1.0,
    }
    years = years.fillna({"audit_error": 0.0})
    return Inputs(years, fits.set_index("share"), dict(priors), configured)


def at_tier(sources: Sources, tier: Tier) -> dict[str, Array]:
    """Return the sources with those of later tiers at the value of the point estimate."""
    return {
        name: values if tier.holds(tier_of(name)) else np.full(1, float(name != "audit"))
        for name, values in sources.items()
    }


def tier_of(source: str) -> Tier:
    """Return the first tier in which a source takes part; an audit measures."""
    return Tier.MEASUREMENT if source == "audit" else SOURCES[source].tier


def draw_sources(inputs: Inputs, share: str, size: int, seed: int) -> dict[str, Array]:
    """Draw every source of uncertainty of the estimate by one share; see `Sources`.

    `sampling` is the posterior of each observed share after Jeffreys' prior (of the labels, where
    error rates correct them), `projection` and `audit` (the error of counts that an audit has
    corrected) are standard normals, and a value of the configuration is replaced by its ratio to
    it.
    """
    sources = {}
    for name, prior in inputs.priors.items():
        if prior.kind == "jeffreys":
            sources[name] = _draw_sampling(inputs, share, size, seed)
        elif prior.kind == "logit":
            coefficients = [stream(seed, name, i).standard_normal(size) for i in range(3)]
            sources[name] = np.array(coefficients)
        elif name not in ("sampling", "projection"):
            drawn = draw(prior, size, stream(seed, name))
            sources[name] = drawn / inputs.configured.get(name, 1.0)
    is_audited = inputs.years["audit_error"].any()
    audit = stream(seed, "audit").standard_normal(size) if is_audited else np.zeros(size)
    return sources | {"audit": audit}


def _draw_sampling(inputs: Inputs, share: str, size: int, seed: int) -> Array:
    part, whole = SHARES[share]
    observed = inputs.years[inputs.is_observed]
    hits = observed[part]
    if part == "trained":
        hits = observed["trained_raw"].fillna(hits)
    misses = observed[whole] - hits
    return np.array(
        [
            stream(seed, share, year).beta(hits[year] + 0.5, misses[year] + 0.5, size)
            for year in observed.index
        ]
    )


def share_draws(inputs: Inputs, sources: Sources, share: str) -> Array:
    """Return the share of each year, of shape (years, draws), before any rounding.

    Observed years have their posterior, corrected by the error rates of the labels where the counts
    are: the rates stretch the error of sampling, by 1 / (sensitivity + specificity - 1). Projected
    ones have ``expit(intercept + slope t + bend)`` with the coefficients' covariance and one bend
    per world in common to all projected years. A source that is fixed has the value of the table
    `Projection`. Posterior and coefficients are drawn independently: for the published counts,
    drawing both from the same resampled counts moves the ends of the T1 range by 1.4% and 0.7%
    outwards.
    """
    size = max(values.shape[-1] for values in sources.values())
    drawn = np.repeat(inputs.years[[share]].to_numpy(), size, axis=1)
    if "sampling" in sources:
        drawn[inputs.is_observed] = sources["sampling"]
        rated = inputs.years["sensitivity"].notna() & (SHARES[share][0] == "trained")
        rates = inputs.years.loc[rated, ["sensitivity", "specificity"]].to_numpy()
        if len(rates):
            seen = inputs.seen(share)[rated, None]
            drawn[rated] = _corrected(drawn[rated], seen, rates[:, :1], rates[:, 1:])
    if "projection" in sources:
        drawn[~inputs.is_observed] = _projected(inputs, sources["projection"], share)
    return drawn


def _projected(inputs: Inputs, normals: Array, share: str) -> Array:
    fit, bend_sd = inputs.fits.loc[share], inputs.priors["projection"].parameters[0]
    t = inputs.years.index.to_numpy()[~inputs.is_observed, None] - fit["centre"]
    # Cholesky factor of the 2 x 2 covariance.
    first = np.sqrt(fit["intercept_variance"])
    cross = fit["covariance"] / first if first else 0.0
    second = np.sqrt(max(fit["slope_variance"] - cross**2, 0.0))
    logits = fit["intercept"] + fit["slope"] * t + (first + cross * t) * normals[0]
    shares: Array = 1 / (1 + np.exp(-(logits + second * t * normals[1] + bend_sd * normals[2])))
    return shares


def measured_shares(inputs: Inputs, sources: Sources, share: str) -> Array:
    """Return `share_draws` corrected for the classifier's errors (Rogan and Gladen, 1978).

    ``(share - (1 - specificity) w) / (sensitivity + specificity - 1)`` cut at 0 and w, where w is
    the share of papers that the classifier saw (1, or the mentioning share if the denominator is
    all accepted papers). Counts that an audit has corrected are not corrected again, but have its
    standard error, one draw for all years.
    """
    drawn = share_draws(inputs, sources, share)
    seen, uncorrected = inputs.seen(share)[:, None], inputs.uncorrected[:, None]
    labels = _corrected(drawn, seen, sources["sensitivity"], sources["specificity"])
    if uncorrected.all():
        return labels
    corrected = inputs.column("corrected")
    errors = inputs.column("audit_error") / inputs.column(SHARES[share][1])
    errors = np.where(corrected, errors, errors[corrected].mean())[:, None]
    audited = np.clip(drawn + errors * sources["audit"], 0.0, seen)
    shares: Array = uncorrected * labels + (1 - uncorrected) * audited
    return shares


def _corrected(
    shares: Array, seen: Any, sensitivity: Array | float, specificity: Array | float
) -> Array:
    false_positives = 1.0 - specificity
    information = np.maximum(sensitivity - false_positives, LEAST_INFORMATION)
    corrected: Array = np.clip((shares - false_positives * seen) / information, 0.0, seen)
    return corrected


def runs_by_year(inputs: Inputs, sources: Sources, method: Method, shares: Array) -> Array:
    """Return the runs of each year, one per paper that trained, from `measured_shares`."""
    publications = inputs.column("publications")[:, None] * sources["duplicates"]
    runs: Array = method.applied(shares) * publications
    return runs


def product(sources: Sources, names: Iterable[str]) -> Array:
    """Multiply the draws of some sources."""
    return math.prod((sources[name] for name in names), start=np.ones(1))


def relative_tonnes(
    inputs: Inputs, sources: Sources, method: Method, shares: Array | None = None
) -> Array:
    """Return the tonnes of the training runs up to a constant factor, of shape (draws,).

    All years have the same carbon intensity here, so that ratios of tonnes, and with them swings,
    Sobol indices and relative widths, do not depend on the configured one. (With `carbon.year:
    each` the years weigh a little differently, which moves them in the third digit.)
    """
    if shares is None:
        shares = measured_shares(inputs, sources, method.share)
    factors = [*OF_PAPERS, "runs_per_paper", *OF_TRAINING_ENERGY, "carbon_intensity"]
    papers: Array = runs_by_year(inputs, sources, method, shares).sum(axis=0)
    return papers * product(sources, factors)
