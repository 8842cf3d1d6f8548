"""All models side by side, and held against the past."""

import pandas as pd

from datafootprint.projection.models import MODELS, Proxies, fit_trend
from datafootprint.projection.project import continue_shares
from datafootprint.projection.projection_tables import Backtest
from datafootprint.projection.shares import SHARES, observed_counts, sample_of
from datafootprint.tables import table_of

#: The longest stretch held out: the three years that the estimate itself projects.
LONGEST = 3


def compare_models(
    counts: pd.DataFrame, slope_prior_sd: float, proxies: Proxies | None = None
) -> pd.DataFrame:
    """Continue every share by every model with enough years: the table `ProjectionCompared`.

    It has every year, also the observed ones, so that a model can be seen beside what was counted.
    Values are cut at 0 and 1. The models that the uncertainty averages over have equal weights.
    """
    years = len(observed_counts(counts))
    counted = counts.set_index("year")
    tables = []
    for name, model in MODELS.items():
        if not model.fits(years, proxies):
            continue
        for share, found in continue_shares(counts, name, slope_prior_sd, proxies).items():
            part, whole = SHARES[share]
            seen = counted[part].astype(float) / counted[whole].astype(float)
            weight = model.averaged_from is not None and model.averaged_from <= years
            table = found.clip(0, 1).assign(share=share, model=name, observed=seen, weight=weight)
            tables.append(table.reset_index())
    compared = pd.concat(tables, ignore_index=True)
    averaged = compared.loc[compared["weight"], "model"].nunique()
    return compared.assign(weight=compared["weight"] / averaged)


def backtest_models(
    counts: pd.DataFrame, slope_prior_sd: float, proxies: Proxies | None = None
) -> pd.DataFrame:
    """Predict the last one to three observed years from those before: the table `Backtest`.

    Papers are pooled over the years held out; the denominators are the observed ones. A model
    without enough years left is left out.
    """
    observed = observed_counts(counts)
    rows = []
    for share in SHARES:
        sample, proxy = sample_of(share, observed), (proxies or {}).get(share)
        for held_out in range(1, min(LONGEST, len(sample) - 1) + 1):
            known, truth = sample.iloc[:-held_out], sample.iloc[-held_out:]
            for name, model in MODELS.items():
                if not model.fits(len(known), proxies):
                    continue
                trend = fit_trend(name, known, slope_prior_sd, proxy)
                predicted = trend(truth.index, truth["whole"]).clip(0, 1)
                shares = truth["part"] / truth["whole"]
                papers, expected = truth["part"].sum(), (predicted["mean"] * truth["whole"]).sum()
                rows.append(
                    {
                        "share": share,
                        "held_out_years": held_out,
                        "model": name,
                        "fitted_from": known.index[0],
                        "fitted_until": known.index[-1],
                        "observed_papers": papers,
                        "predicted_papers": expected,
                        "pooled_error": expected / papers - 1 if papers else None,
                        "years_covered": shares.between(predicted["low"], predicted["high"]).sum(),
                        "mean_width": (predicted["high"] - predicted["low"]).mean(),
                    }
                )
    return table_of(rows, Backtest)
