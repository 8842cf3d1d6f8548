"""Backtest: the last observed years held out, continued by every model, and held against them."""

import math
from collections.abc import Sequence

from datafootprint.legacy_tables import Row
from datafootprint.projection.models import MINIMUM_YEARS, MODELS, Trend, fit_trend
from datafootprint.projection.shares import SHARES, observed_rows, sample_of

#: The longest stretch held out: the three years that the estimate itself projects.
LONGEST = 3


def backtest_models(counts: Sequence[Row], slope_prior_sd: float) -> list[Row]:
    """Predict the last one to three observed years from those before.

    Parameters
    ----------
    counts : rows
        year, accepted, mentioning, trained in papers; the last two None in years to project.
    slope_prior_sd : float
        Prior of the model `bayes`, in logits a year.

    Returns
    -------
    list of dict
        The columns of the table `backtest`, for each share, number of years held out, and model
        with enough years left. Papers are pooled over the years held out; the denominators are the
        observed ones.
    """
    observed = observed_rows(counts)
    rows = []
    for share in SHARES:
        sample = sample_of(share, observed)
        for held_out in range(1, LONGEST + 1):
            left = len(sample.years) - held_out
            for model in MODELS:
                if left < MINIMUM_YEARS[model]:
                    continue
                last = sample.years[left - 1]
                trend = fit_trend(model, sample.until(last), slope_prior_sd)
                rows.append(
                    {
                        "share": share,
                        "held_out_years": held_out,
                        "model": model,
                        "fitted_from": sample.years[0],
                        "fitted_until": last,
                        **_score(
                            sample.years[left:], sample.parts[left:], sample.wholes[left:], trend
                        ),
                    }
                )
    return rows


def _score(
    years: Sequence[int], parts: Sequence[float], wholes: Sequence[float], trend: Trend
) -> Row:
    predictions = [trend(year, whole).cut() for year, whole in zip(years, wholes, strict=True)]
    predicted = [p.mean * whole for p, whole in zip(predictions, wholes, strict=True)]
    shares = [part / whole for part, whole in zip(parts, wholes, strict=True)]
    papers, papers_predicted = math.fsum(parts), math.fsum(predicted)
    errors = [p.mean - share for p, share in zip(predictions, shares, strict=True)]
    return {
        "observed_papers": papers,
        "predicted_papers": papers_predicted,
        "pooled_error": papers_predicted / papers - 1 if papers else None,
        "mean_absolute_error": math.fsum(map(abs, errors)) / len(errors),
        "years_covered": sum(
            p.low <= share <= p.high for p, share in zip(predictions, shares, strict=True)
        ),
        "mean_width": math.fsum(p.high - p.low for p in predictions) / len(predictions),
    }
