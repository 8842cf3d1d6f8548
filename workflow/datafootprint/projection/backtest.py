"""Backtest: the last observed years held out, continued by every model, and held against them."""

import pandas as pd

from datafootprint.projection.models import MODELS, fit_trend
from datafootprint.projection.shares import SHARES, observed_counts, sample_of
from datafootprint.tables import table_of

#: The longest stretch held out: the three years that the estimate itself projects.
LONGEST = 3


def backtest_models(counts: pd.DataFrame, slope_prior_sd: float) -> pd.DataFrame:
    """Predict the last one to three observed years from those before: the table `Backtest`.

    Papers are pooled over the years held out; the denominators are the observed ones. A model
    without enough years left is left out.
    """
    from datafootprint.projection.projection_tables import Backtest

    observed = observed_counts(counts)
    rows = []
    for share in SHARES:
        sample = sample_of(share, observed)
        for held_out in range(1, LONGEST + 1):
            known, truth = sample.iloc[:-held_out], sample.iloc[-held_out:]
            for name, model in MODELS.items():
                if len(known) >= model.minimum_years:
                    trend = fit_trend(name, known, slope_prior_sd)
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
