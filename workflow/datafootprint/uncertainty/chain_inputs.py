"""What the draws start from, read from the tables of the stages before."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.energy.energy_tables import EnergyPerEpoch
from datafootprint.literature.literature_tables import Practice, TrainingRuns
from datafootprint.literature.practice import any_variant_by_year, read_practice
from datafootprint.projection.projection_tables import Projection, ProjectionCompared
from datafootprint.tables import read_table
from datafootprint.uncertainty.chain import Inputs, posteriors_of
from datafootprint.uncertainty.draws import Array, draw, stream
from datafootprint.uncertainty.label_errors import PARTICLES, Rates, replicated
from datafootprint.uncertainty.priors import SOURCES, Prior, read_priors, with_measured_spread
from datafootprint.usage.correction import Z_95
from datafootprint.usage.labels import Correction, Label
from datafootprint.usage.usage_tables import PapersRead, UsageCounts

#: Measured on 124 papers of ICLR 2019 on which the rules were not fitted: 23 of 31, 82 of 93.
RULES = {"sensitivity": (23.5, 8.5), "specificity": (82.5, 11.5)}
#: Classifier of years that are not corrected again, or counted without error.
NO_CLASSIFIER = "none"
MODELS = {
    "counts": UsageCounts,
    "projection": Projection,
    "compared": ProjectionCompared,
    "runs": TrainingRuns,
    "energy": EnergyPerEpoch,
    "papers_read": PapersRead,
    "practice": Practice,
}
Tables = Mapping[str, pd.DataFrame | None]


def read_tables(paths: Any) -> dict[str, Any]:
    """Read the tables behind `Inputs`; None for one that the dataset does not have."""
    return {
        name: read_table(path, model) if (path := getattr(paths, name)) else None
        for name, model in MODELS.items()
    }


def read_inputs(tables: Mapping[str, Any], sections: Mapping[str, Any]) -> Inputs:
    """Join the tables by year, and find out what is known of the errors of each year's labels.

    A year with a `correction` is not corrected again: its 95% bounds trained_low and trained_high,
    where it was audited, give the standard error; known error rates count as exact, and the labels
    that they correct as sampled. `sections` are uncertainty, training, counts (any_variant_years,
    by_year and given of `usage.label_errors`), and storage where it counts.
    """
    training, about = sections["training"], sections["counts"]
    years = tables["projection"].set_index("year").sort_index()
    counts = tables["counts"].set_index("year").reindex(years.index)
    is_observed = years["kind"] == "observed"
    years["any_variant"] = any_variant_by_year(is_observed, about["any_variant_years"])
    correction = counts["correction"].fillna(Correction.NONE)
    is_rated = (correction == Correction.ROGAN_GLADEN) & counts["sensitivity"].notna()
    classifier = pd.Series(about["by_year"]).reindex(years.index)
    is_known = (correction != Correction.NONE) | ~is_observed
    years["classifier"] = classifier.mask(is_known, NO_CLASSIFIER).fillna(NO_CLASSIFIER)
    years["labelled"] = counts["trained_raw"].astype(float).where(is_rated, years["trained"])
    error = (counts["trained_high"] - counts["trained_low"]) / (2 * Z_95)
    years["audit_error"] = error.where(correction == Correction.AUDIT, 0.0).astype(float)
    for rate in ("sensitivity", "specificity"):
        years[rate] = counts[rate].where(is_rated, 1.0).astype(float)
    priors = read_priors(sections["uncertainty"]["priors"])
    priors = with_measured_spread(priors, tables["energy"], training)
    configured = {}
    for name, source in SOURCES.items():
        if source.replaces:
            section, key = source.replaces.split(".")
            # Of nothing stored, no factor changes the energy.
            configured[name] = sections.get(section, {}).get(key) or 1.0
    seed, rates = sections["uncertainty"]["seed"], {}
    for name in sorted(set(years["classifier"]) - {NO_CLASSIFIER}):
        known = _rates(name, priors, about["given"].get(name), seed)
        if name == "read" and tables["papers_read"] is not None:
            known = _held_against(tables["papers_read"], known, years)
        if not known.are_exact:
            rates[name] = known
    models = tables["compared"][tables["compared"]["weight"] > 0]
    practice = read_practice(tables["papers_read"], tables["practice"])
    runs = tables["runs"]
    posteriors = posteriors_of(years, rates)
    return Inputs(years, models, runs, priors, configured, training, practice, rates, posteriors)


def _rates(
    classifier: str, priors: Mapping[str, Prior], given: Mapping[str, float] | None, seed: int
) -> Rates:
    """Draw the error rates of a classifier: given, measured, or those of a language model."""
    drawn: list[Array] = []
    for rate in ("sensitivity", "specificity"):
        prior = priors[rate]
        if given:
            prior = Prior("fixed", (given[rate],), "usage.label_errors")
        elif classifier == "rules":
            prior = Prior("beta", RULES[rate], "papers read")
        drawn.append(draw(prior, PARTICLES, stream(seed, rate, classifier)))
    return Rates(drawn[0], drawn[1], np.zeros(PARTICLES))


def _held_against(papers_read: pd.DataFrame, rates: Rates, years: pd.DataFrame) -> Rates:
    """Weigh error rates by the counts of years of which each paper was read as well."""
    by_year = (papers_read["label"] == Label.TRAINED).groupby(papers_read["year"])
    read = by_year.agg(["sum", "size"]).join(years[["trained", "mentioning"]], how="inner")
    labelled = read["trained"] / read["mentioning"] * read["size"]
    return replicated(rates, labelled.to_numpy(), read["sum"].to_numpy(), read["size"].to_numpy())
