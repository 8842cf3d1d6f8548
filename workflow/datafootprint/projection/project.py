"""The projection of the estimate: one model, every year, with counts."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.projection.models import MODELS, fit_trend
from datafootprint.projection.projection_tables import Projection
from datafootprint.projection.shares import SHARES, observed_counts, sample_of
from datafootprint.projection.strata import Proxy


def project_usage(
    counts: pd.DataFrame,
    model: str,
    slope_prior_sd: float,
    proxies: Mapping[str, Proxy] | None = None,
) -> pd.DataFrame:
    """Fit a model to each observed yearly share and continue it to the other years: `Projection`.

    Observed years keep their shares and counts. In the others a share is the model's value and a
    count is that share times `accepted`, unrounded (as in the paper, Appendix B). `_low` and
    `_high` bound a single new year (prediction interval), `_mean_low` and `_mean_high` the trend
    (confidence interval), cut at 0 and 1. A projection that is no share is refused.
    """
    observed = observed_counts(counts)
    table = counts[["year", "accepted", "mentioning", "trained"]].astype(float)
    ahead = table["trained"].isna().to_numpy()
    # Of a year to project, the papers that mention the dataset may be counted.
    unknown = {part: table[part].isna().to_numpy() for part in ("mentioning", "trained")}
    table["kind"] = np.where(ahead, "projected", "observed")
    is_fitted = ahead.any() or len(observed) >= MODELS[model].minimum_years
    for share, (part, whole) in SHARES.items():
        table[share] = table[part] / table[whole]
        if not is_fitted:
            continue
        missing = unknown[part]
        proxy = (proxies or {}).get(share)
        trend = fit_trend(model, sample_of(share, observed), slope_prior_sd, proxy)
        predicted = trend(table["year"], table[whole]).set_axis(table.index)
        _refuse_outside(predicted["mean"][missing], share, table["year"][missing])
        cut = predicted.clip(0, 1)
        table[[f"{share}_mean_low", f"{share}_mean_high"]] = cut[["mean_low", "mean_high"]]
        for end, bound in (("", "mean"), ("_low", "low"), ("_high", "high")):
            table.loc[missing, f"{share}{end}"] = cut[bound]
            if whole == "accepted":
                table.loc[missing, f"{part}{end}"] = cut[bound] * table["accepted"]
    _refuse_more_trained_than_mentioning(table[ahead], model)
    return table.reindex(columns=list(Projection.to_schema().columns)).astype(
        {"year": int, "accepted": int}
    )


def _refuse_outside(means: pd.Series, share: str, years: pd.Series) -> None:
    for mean, year in zip(means, years, strict=True):
        if not 0 <= mean <= 1:
            raise DatafootprintError(
                f"projection, year {year:.0f}: the line gives {share} = {mean:.3f}, outside "
                "[0, 1]; choose projection.model logit, lower projection.until or add observed "
                "years to usage.counts."
            )


def _refuse_more_trained_than_mentioning(projected: pd.DataFrame, model: str) -> None:
    # Observed counts are checked where they are read; shares of 1 may differ in the last digit.
    for _, row in projected[projected.trained > projected.mentioning * (1 + 1e-9)].iterrows():
        raise DatafootprintError(
            f"projection, year {row['year']:.0f}: {model} gives {row['trained']:.0f} papers that "
            f"trained, but {row['mentioning']:.0f} that mention the dataset, since it continues "
            "both shares of the accepted papers apart; choose another projection.model, lower "
            "projection.until or add observed years to usage.counts."
        )
