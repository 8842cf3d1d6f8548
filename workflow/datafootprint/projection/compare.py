"""All models side by side, and the coefficients that the Monte Carlo draws."""

import pandas as pd

from datafootprint.projection.binomial import fit_logit, fit_shrunk, is_separated
from datafootprint.projection.models import MODELS, fit_trend
from datafootprint.projection.shares import SHARES, observed_counts, sample_of


def compare_models(counts: pd.DataFrame, slope_prior_sd: float) -> pd.DataFrame:
    """Continue every share by every model with enough years: the table `ProjectionCompared`.

    It has every year, also the observed ones, so that a model can be seen beside what was counted.
    Values are cut at 0 and 1.
    """
    observed = observed_counts(counts)
    counted = counts.set_index("year").astype(float, errors="ignore")
    tables = []
    for name, model in MODELS.items():
        if len(observed) < model.minimum_years:
            continue
        wholes = counted[["accepted", "mentioning"]].astype(float)
        for share, (part, whole) in SHARES.items():
            trend = fit_trend(name, sample_of(share, observed), slope_prior_sd)
            predicted = trend(wholes.index, wholes[whole]).clip(0, 1)
            if part in wholes:
                wholes[part] = wholes[part].fillna(predicted["mean"] * wholes["accepted"])
            seen = (counted[part] / counted[whole]).rename("observed")
            tables.append(predicted.assign(share=share, model=name, observed=seen).reset_index())
    return pd.concat(tables, ignore_index=True)


def fits_to_draw_from(counts: pd.DataFrame, slope_prior_sd: float) -> pd.DataFrame:
    """Fit the regressions whose coefficients the Monte Carlo draws: the table `ProjectionFits`.

    With fewer than three observed years, which leave no residual to judge a slope by, the shrunk
    regression takes its place.
    """
    observed = observed_counts(counts)
    rows = []
    for share in SHARES:
        sample = sample_of(share, observed)
        shrunk = len(sample) < 3 or is_separated(sample)
        fit = fit_shrunk(sample, slope_prior_sd) if shrunk else fit_logit(sample)
        rows.append({"share": share, "model": "bayes" if shrunk else "logit", **vars(fit)})
    return pd.DataFrame(rows)
