"""What the draws start from, read from the tables of the stages before."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.literature.practice import any_variant_by_year, read_practice
from datafootprint.uncertainty.chain import AUDIT, NOBODY, READ, Inputs
from datafootprint.uncertainty.draws import Array, draw, stream
from datafootprint.uncertainty.label_errors import PARTICLES, Rates, replicated
from datafootprint.uncertainty.priors import Prior, read_priors
from datafootprint.usage.correction import Z_95
from datafootprint.usage.labels import LIVE, Correction, Label

#: Error rate -> papers judged rightly, of papers (`LabelErrors`).
RATES = {"sensitivity": ("found", "positives"), "specificity": ("refused", "negatives")}


def join_inputs(tables: Mapping[str, Any], sections: Mapping[str, Any]) -> Inputs:
    """Join the tables by year, and find out what is known of the errors of each year's labels.

    An audited year is not corrected again: its 95% bounds trained_low and trained_high give the
    standard error. `sections` are uncertainty, training, counts (any_variant_years,
    by_year and given of `usage.label_errors`), and storage where it counts.
    """
    about, years = sections["counts"], tables["projection"].set_index("year").sort_index()
    counts = tables["usage_counts"].set_index("year").reindex(years.index)
    is_observed = years["kind"] == "observed"
    years["any_variant"] = any_variant_by_year(is_observed, about["any_variant_years"])
    correction = counts["correction"].fillna(Correction.NONE)
    classifier = pd.Series(about["by_year"]).reindex(years.index).fillna(NOBODY)
    classifier = classifier.where((correction == Correction.NONE) & is_observed, NOBODY)
    years["classifier"] = classifier.mask(correction == Correction.AUDIT, AUDIT)
    years["is_live"] = counts["source"] == LIVE
    years["labelled"] = years["trained"]
    # Papers that name the dataset in their references only need no classifier.
    in_body = counts["mentioning_in_body"].where(years["is_live"] & (years["classifier"] != AUDIT))
    years["judged"] = in_body.astype(float).fillna(years["mentioning"])
    years["audit_error"] = (counts["trained_high"] - counts["trained_low"]) / (2 * Z_95)
    priors = read_priors(sections, tables["energy_per_epoch"])
    known = {**tables["label_errors"].set_index("classifier").to_dict("index"), **about["given"]}
    seed, rates = sections["uncertainty"]["seed"], {}
    for who in sorted(set(years["classifier"]) - {NOBODY, AUDIT}):
        rates[who] = _rates(who, priors, known.get(who, {}), seed)
        if who == READ and len(tables["papers_read"]):
            rates[who] = _held_against(tables["papers_read"], rates[who], years)
    rates = {who: found for who, found in rates.items() if found.information.min() < 1}
    models = tables["projection_compared"]
    models = models[(models["weight"] > 0) & models["year"].isin(years.index[~is_observed])]
    practice = read_practice(tables["papers_read"], tables["practice"])
    return Inputs(years, models, tables["training_runs"], priors, sections, practice, rates)


def _rates(who: str, priors: Mapping[str, Prior], known: Mapping[Any, Any], seed: int) -> Rates:
    """Draw the error rates of a classifier: given, measured, or those of a language model."""
    drawn: list[Array] = []
    for rate, (right, papers) in RATES.items():
        prior = priors[rate]
        if known.get(rate) is not None:
            prior = Prior("fixed", (known[rate],), "usage.label_errors")
        elif known.get(right) is not None:
            wrong = known[papers] - known[right]
            prior = Prior("beta", (known[right] + 0.5, wrong + 0.5), "papers that were read")
        drawn.append(draw(prior, PARTICLES, stream(seed, rate, who)))
    return Rates(*drawn)


def _held_against(papers_read: pd.DataFrame, rates: Rates, years: pd.DataFrame) -> Rates:
    """Weigh error rates by the counts of years of which each paper was read as well."""
    by_year = (papers_read["label"] == Label.TRAINED).groupby(papers_read["year"])
    read = by_year.agg(["sum", "size"]).join(years[["trained", "mentioning"]], how="inner")
    labelled = read["trained"] / read["mentioning"] * read["size"]
    return replicated(rates, labelled.to_numpy(), read["sum"].to_numpy(), read["size"].to_numpy())
