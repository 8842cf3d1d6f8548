"""All models side by side, and held against the past."""

from collections.abc import Mapping

import pandas as pd

from datafootprint.projection.models import MODELS, fit_trend, fits
from datafootprint.projection.projection_tables import Backtest
from datafootprint.projection.shares import SHARES, observed_counts, sample_of
from datafootprint.projection.strata import Proxy
from datafootprint.tables import table_of

Proxies = Mapping[str, Proxy]
#: The longest stretch held out: the three years that the estimate itself projects.
LONGEST = 3


def compare_models(
    counts: pd.DataFrame, slope_prior_sd: float, proxies: Proxies | None = None
) -> pd.DataFrame:
    """Continue every share by every model with enough years: the table `ProjectionCompared`.

    It has every year, also the observed ones, so that a model can be seen beside what was counted.
    Values are cut at 0 and 1. The models that the uncertainty averages over have equal weights.
    """
    observed = observed_counts(counts)
    counted = counts.set_index("year")[["accepted", "mentioning", "trained"]].astype(float)
    tables = []
    for name in MODELS:
        if not fits(name, len(observed), bool(proxies)):
            continue
        wholes = counted[["accepted", "mentioning"]].copy()
        for share, (part, whole) in SHARES.items():
            proxy = (proxies or {}).get(share)
            trend = fit_trend(name, sample_of(share, observed), slope_prior_sd, proxy)
            predicted = trend(wholes.index, wholes[whole]).clip(0, 1)
            if part in wholes:
                wholes[part] = wholes[part].fillna(predicted["mean"] * wholes["accepted"])
            seen = (counted[part] / counted[whole]).rename("observed")
            tables.append(predicted.assign(share=share, model=name, observed=seen).reset_index())
    compared = pd.concat(tables, ignore_index=True)
    froms = compared["model"].map(lambda name: MODELS[name].averaged_from)
    averaged = froms <= len(observed)
    return compared.assign(weight=averaged / compared.loc[averaged, "model"].nunique())


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
        sample = sample_of(share, observed)
        for held_out in range(1, LONGEST + 1):
            known, truth = sample.iloc[:-held_out], sample.iloc[-held_out:]
            for name in MODELS:
                if len(known) and fits(name, len(known), bool(proxies)):
                    trend = fit_trend(name, known, slope_prior_sd, (proxies or {}).get(share))
                    rows.append(
                        {
                            "share": share,
                            "held_out_years": held_out,
                            "model": name,
                            "fitted_from": known.index[0],
                            "fitted_until": known.index[-1],
                            **_score(truth, trend(truth.index, truth["whole"]).clip(0, 1)),
                        }
                    )
    return table_of(rows, Backtest)


def _score(truth: pd.DataFrame, predicted: pd.DataFrame) -> dict[str, float | None]:
    shares = truth["part"] / truth["whole"]
    papers, expected = truth["part"].sum(), (predicted["mean"] * truth["whole"]).sum()
    return {
        "observed_papers": papers,
        "predicted_papers": expected,
        "pooled_error": expected / papers - 1 if papers else None,
        "mean_absolute_error": (predicted["mean"] - shares).abs().mean(),
        "years_covered": int(shares.between(predicted["low"], predicted["high"]).sum()),
        "mean_width": (predicted["high"] - predicted["low"]).mean(),
    }
