"""The chain from shares to runs and factors, on arrays of draws instead of single numbers.

Each draw is one possible world: its shares, one mean of every factor. A total over 100,000 runs
depends on the mean of what a run consumes and not on the spread between runs, so a factor is drawn
once a world and never once a run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from datafootprint.legacy_tables import Row
from datafootprint.literature.methods import METHODS
from datafootprint.projection.shares import SHARES
from datafootprint.uncertainty.draws import Array, draw_priors, stream
from datafootprint.uncertainty.priors import TIERS, Prior
from datafootprint.usage.correction import Z_95

#: Parts and wholes of the shares that the methods apply.
COUNTS = {method.share: SHARES[method.share] for method in METHODS.values()}
#: Least informative classifier that a draw may have: sensitivity + specificity - 1.
LEAST_INFORMATION = 1e-3


@dataclass(frozen=True)
class Inputs:
    """What the chain starts from.

    Attributes
    ----------
    projection : dict of int to row
        The table `projection` by year.
    publications : dict of int to float
        Publications a year.
    fits : dict of str to row
        The table `projection_fits` by share.
    priors : dict of str to Prior
        By source.
    corrected : dict of int to float
        Observed years whose trained papers were already corrected for errors of the labels -> the
        standard error of that correction, in papers.
    rates : dict of int to row
        Those of them that were corrected by error rates: trained_raw, sensitivity, specificity.
    """

    projection: dict[int, Row]
    publications: dict[int, float]
    fits: dict[str, Row]
    priors: dict[str, Prior]
    corrected: dict[int, float]
    rates: dict[int, Row]

    @property
    def years(self) -> list[int]:
        """Years of the estimate."""
        return sorted(self.projection)

    def uncorrected(self, year: int) -> float:
        """Return how much of the share of `year` still has the errors of the labels, 0 to 1.

        A projected year has inherited them from as many of the observed years as are not corrected.
        """
        if self.projection[year]["kind"] == "observed":
            return float(year not in self.corrected)
        observed = [y for y, row in self.projection.items() if row["kind"] == "observed"]
        return sum(y not in self.corrected for y in observed) / len(observed)


def read_inputs(
    counts: Sequence[Row],
    projection: Sequence[Row],
    publications: Sequence[Row],
    fits: Sequence[Row],
    priors: Mapping[str, Prior],
) -> Inputs:
    """Arrange tables by their keys, and find the counts that an audit has corrected.

    Parameters
    ----------
    counts : rows
        The table `usage_counts`. A year with a `correction` (audit, rogan_gladen) is not corrected
        again; its 95% bounds trained_low and trained_high, where it was audited, give the standard
        error. Error rates from elsewhere count as exact, and the labels they correct as sampled.
    projection, publications, fits : rows
        The tables projection, publications, projection_fits.
    priors : mapping
        By source.
    """
    corrected, rates = {}, {}
    for row in counts:
        if row["mentioning"] is not None and row.get("correction") not in (None, "none"):
            audited = row["correction"] == "audit"
            width = row["trained_high"] - row["trained_low"] if audited else 0.0
            corrected[row["year"]] = width / (2 * Z_95)
            if row.get("sensitivity") is not None:
                rates[row["year"]] = row
    return Inputs(
        {row["year"]: row for row in projection},
        {row["year"]: row["publications"] for row in publications},
        {row["share"]: row for row in fits},
        dict(priors),
        corrected,
        rates,
    )


def draw_sources(inputs: Inputs, size: int, seed: int) -> dict[str, Array]:
    """Draw every source of uncertainty.

    Returns
    -------
    dict of str to array
        A key ``<share>/<year>`` for each share and observed year of shape (size,), its posterior
        after Jeffreys' prior (of the labels, where error rates correct them); three standard
        normals ``projection/0..2`` (two coefficients, one bend); ``audit``, a standard normal,
        where counts were corrected by an audit; and one key a prior.
    """
    sources = {}
    if any(inputs.corrected.values()):
        sources["audit"] = stream(seed, "audit").standard_normal(size)
    if inputs.priors["sampling"].kind == "jeffreys":
        for share, (part, whole) in COUNTS.items():
            for year, row in inputs.projection.items():
                if row["kind"] == "observed":
                    labels = inputs.rates.get(year)
                    hits = labels["trained_raw"] if labels and part == "trained" else row[part]
                    misses = row[whole] - hits
                    rng = stream(seed, share, year)
                    sources[f"{share}/{year}"] = rng.beta(hits + 0.5, misses + 0.5, size)
    if inputs.priors["projection"].kind == "logit":
        for i in range(3):
            sources[f"projection/{i}"] = stream(seed, "projection", i).standard_normal(size)
    factors = [name for name in TIERS if name not in ("sampling", "projection")]
    return sources | draw_priors(inputs.priors, factors, size, seed)


def share_draws(
    inputs: Inputs, sources: Mapping[str, Array], share: str, size: int
) -> dict[int, Array]:
    """Return the share of each year, of shape (size,), before any rounding.

    Observed years have their posterior, corrected by the error rates of the labels where the counts
    are: the rates stretch the error of sampling, by 1 / (sensitivity + specificity - 1). Projected
    ones have ``expit(intercept + slope t + bend)`` with the coefficients' covariance and one bend a
    world in common to all projected years. A source that is fixed has the value of the table
    `projection`. Posterior and coefficients are drawn independently: for the published counts,
    drawing both from the same resampled counts moves the ends of the T1 range by 1.4% and 0.7%
    outwards.
    """
    draws = {}
    for year, row in inputs.projection.items():
        if row["kind"] == "observed":
            draws[year] = _observed(inputs, sources, share, year, size)
        elif "projection/0" in sources:
            draws[year] = _projected(inputs, sources, share, year)
        else:
            draws[year] = np.full(size, row[share])
    return draws


def _observed(
    inputs: Inputs, sources: Mapping[str, Array], share: str, year: int, size: int
) -> Array:
    row = inputs.projection[year]
    drawn = sources.get(f"{share}/{year}")
    if drawn is None:
        return np.full(size, row[share])
    labels = inputs.rates.get(year)
    if labels is None or COUNTS[share][0] != "trained":
        return drawn
    return _corrected(
        drawn, _seen(inputs, share, year), labels["sensitivity"], labels["specificity"]
    )


def _seen(inputs: Inputs, share: str, year: int) -> float:
    """Return the share of the papers in the denominator of `share` that the classifier saw."""
    whole = COUNTS[share][1]
    return 1.0 if whole == "mentioning" else inputs.projection[year]["mentioning_share"]


def _projected(inputs: Inputs, sources: Mapping[str, Array], share: str, year: int) -> Array:
    fit, bend_sd = inputs.fits[share], inputs.priors["projection"].parameters[0]
    t = year - fit["centre"]
    # Cholesky factor of the 2 x 2 covariance.
    first = np.sqrt(fit["intercept_variance"])
    cross = fit["covariance"] / first if first else 0.0
    second = np.sqrt(max(fit["slope_variance"] - cross**2, 0.0))
    z0, z1, z2 = (sources[f"projection/{i}"] for i in range(3))
    logits = fit["intercept"] + fit["slope"] * t + (first + cross * t) * z0
    share_of_year: Array = 1 / (1 + np.exp(-(logits + second * t * z1 + bend_sd * z2)))
    return share_of_year


def runs_by_year(
    inputs: Inputs, sources: Mapping[str, Array], method: str, tier: str, size: int
) -> dict[int, Array]:
    """Return the training runs of each year in `tier`, each of shape (size,).

    From T2 on the share is corrected for the classifier's errors (Rogan and Gladen, 1978),
    ``(share - (1 - specificity) w) / (sensitivity + specificity - 1)`` cut at 0 and w, where w is
    the share of papers that the classifier saw (1, or the mentioning share if the denominator is
    all accepted papers), and duplicates among the publications are left out. Counts that an audit
    has corrected are not corrected again, but have its standard error, one draw for all years.
    """
    chosen = METHODS[method]
    drawn = share_draws(inputs, sources, chosen.share, size)
    runs = {}
    for year in inputs.years:
        origin = chosen.source_year(year, inputs.years)
        share = drawn[origin]
        if tier != "T1":
            share = _as_measured(inputs, sources, chosen.share, origin, share)
        if chosen.decimals is not None:
            share = np.round(share, chosen.decimals)
        runs[year] = share * inputs.publications[year]
        if tier != "T1":
            runs[year] = runs[year] * sources["duplicates"]
    if tier == "T3":
        for name in ("share_outside_venue", "full_dataset"):
            runs = {year: values * sources[name] for year, values in runs.items()}
    return runs


def _as_measured(
    inputs: Inputs, sources: Mapping[str, Array], name: str, year: int, share: Array
) -> Array:
    whole, seen = COUNTS[name][1], _seen(inputs, name, year)
    uncorrected = inputs.uncorrected(year)
    result = np.zeros_like(share)
    if uncorrected:
        result += uncorrected * _corrected(
            share, seen, sources["sensitivity"], sources["specificity"]
        )
    if uncorrected < 1:
        years = [year] if year in inputs.corrected else list(inputs.corrected)
        errors = [inputs.corrected[y] / inputs.projection[y][whole] for y in years]
        error = sum(errors) / len(errors) * sources["audit"] if any(errors) else 0.0
        result += (1 - uncorrected) * np.clip(share + error, 0.0, seen)
    return result


def _corrected(
    share: Array, seen: float, sensitivity: Array | float, specificity: Array | float
) -> Array:
    false_positives = 1.0 - specificity
    information = np.maximum(sensitivity - false_positives, LEAST_INFORMATION)
    return np.clip((share - false_positives * seen) / information, 0.0, seen)


def consumption_factor(
    sources: Mapping[str, Array], tier: str, epochs: float, pue: float
) -> Array | float:
    """Return what multiplies the energy of a run: 1 in T1, and the drawn means from T2 on.

    Parameters
    ----------
    sources : mapping
        As `draw_sources` gives them.
    tier : str
        T1, T2 or T3.
    epochs, pue : float
        The configured values, which T3 replaces.
    """
    if tier == "T1":
        return 1.0
    if tier == "T2":
        return sources["energy_per_epoch"]
    return (
        sources["energy_per_epoch"]
        * sources["model_and_hardware"]
        * (sources["mean_epochs"] / epochs)
        * (sources["pue"] / pue)
    )


def relative_tonnes(
    inputs: Inputs,
    sources: Mapping[str, Array],
    method: str,
    tier: str,
    training: Mapping[str, Any],
    size: int,
) -> Array:
    """Return the tonnes of the training runs up to a constant factor, of shape (size,).

    All years have the same carbon intensity here, so that ratios of tonnes, and with them swings,
    Sobol indices and relative widths, do not depend on the configured one. (With `carbon.year:
    each` the years weigh a little differently, which moves them in the third digit.)
    """
    total = sum(runs_by_year(inputs, sources, method, tier, size).values(), start=np.zeros(size))
    total = total * consumption_factor(sources, tier, training["epochs"], training["pue_target"])
    if tier != "T1":
        total = total * sources["carbon_intensity"]
    return total * sources["runs_per_paper"] if tier == "T3" else total
