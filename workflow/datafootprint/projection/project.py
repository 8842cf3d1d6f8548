"""The projection of the estimate: one model, every year, with counts."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.projection.models import MODELS, fit_trend
from datafootprint.projection.projection_tables import Projection
from datafootprint.projection.shares import SHARES, observed_counts, sample_of
from datafootprint.projection.strata import Proxy

log = logging.getLogger(__name__)
#: A year with less than this part of the papers of the middle year has few.
FEW = 0.1


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
    (confidence interval), cut at 0 and 1. A projection that is no share is refused, and
    no more papers train than mention the dataset.
    """
    observed = observed_counts(counts)
    table = counts[["year", "accepted", "mentioning", "trained"]].astype(float)
    ahead = table["trained"].isna().to_numpy()
    # Of a year to project, the papers that mention the dataset may be counted.
    unknown = {part: table[part].isna().to_numpy() for part in ("mentioning", "trained")}
    table["kind"] = np.where(ahead, "projected", "observed")
    _warn_of_few_papers(observed, model)
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
    _cap_trained(table, ahead, model)
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


def _cap_trained(table: pd.DataFrame, ahead: Any, model: str) -> None:
    """Let no more papers train than mention the dataset, and say so; shares of 1 may differ."""
    for index in table.index[ahead & (table["trained"] > table["mentioning"] * (1 + 1e-9))]:
        year, trained, most = table.loc[index, ["year", "trained", "mentioning"]]
        log.warning(
            "projection, year %.0f: %s continues both shares of the accepted papers apart and "
            "gives %.0f papers that trained, but %.0f that mention the dataset; the smaller number "
            "counts.",
            *(year, model, trained, most),
        )
        for end in ("", "_low"):
            capped = min(table.loc[index, f"trained{end}"], most)
            table.loc[index, f"trained{end}"] = capped
            table.loc[index, f"trained_share{end}"] = capped / table.loc[index, "accepted"]


def _warn_of_few_papers(observed: pd.DataFrame, model: str) -> None:
    few = observed[observed["mentioning"] < FEW * observed["mentioning"].median()]
    years, papers = few["year"].astype(str), few["mentioning"].map("{:.0f}".format)
    if model == "ols" and len(few):
        log.warning(
            "projection: %s has few papers (%s), and ols gives each year the same weight; wls, "
            "logit and bayes weigh them.",
            *(", ".join(years), ", ".join(papers)),
        )
