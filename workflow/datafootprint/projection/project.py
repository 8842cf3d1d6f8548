"""The projection of the estimate: one model, every year, with counts."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.projection.models import Proxies, fit_trend
from datafootprint.projection.projection_tables import Projection
from datafootprint.projection.shares import SHARES, observed_counts, sample_of

log = logging.getLogger(__name__)
#: A year with less than this part of the papers of the middle year has few.
FEW = 0.1


def continue_shares(
    counts: pd.DataFrame, model: str, slope_prior_sd: float, proxies: Proxies | None
) -> dict[str, pd.DataFrame]:
    """Fit a model to each observed yearly share; return what it says about every year.

    Where no papers that mention the dataset are counted, they are those of the model.
    """
    observed = observed_counts(counts)
    papers = counts.set_index("year")[["accepted", "mentioning"]].astype(float)
    found = {}
    for share, (part, whole) in SHARES.items():
        proxy = (proxies or {}).get(share)
        trend = fit_trend(model, sample_of(share, observed), slope_prior_sd, proxy)
        found[share] = trend(papers.index, papers[whole])
        if part in papers:
            expected = found[share]["mean"].clip(0, 1) * papers["accepted"]
            papers[part] = papers[part].fillna(expected)
    return found


def project_usage(
    counts: pd.DataFrame, model: str, slope_prior_sd: float, proxies: Proxies | None = None
) -> pd.DataFrame:
    """Fit a model to each observed yearly share and continue it to the other years: `Projection`.

    Observed years keep their shares and counts. In the others a share is the model's value and a
    count is that share times `accepted`, unrounded (as in the paper, Appendix B). `_low` and
    `_high` bound a single new year (prediction interval), cut at 0 and 1. A projection that is no
    share is refused, and no more papers train than mention the dataset.
    """
    _warn_of_few_papers(observed_counts(counts), model)
    table = counts.set_index("year")[["accepted", "mentioning", "trained"]].astype(float)
    # Of a year to project, the papers that mention the dataset may be counted.
    unknown = {part: table[part].isna() for part in ("mentioning", "trained")}
    table["kind"] = np.where(unknown["trained"], "projected", "observed")
    for share, (part, whole) in SHARES.items():
        table[share] = table[part] / table[whole]
    if unknown["trained"].any():
        for share, found in continue_shares(counts, model, slope_prior_sd, proxies).items():
            part, whole = SHARES[share]
            missing = unknown[part]
            _refuse_outside(found.loc[missing, "mean"], share)
            for end, bound in (("", "mean"), ("_low", "low"), ("_high", "high")):
                cut = found.loc[missing, bound].clip(0, 1)
                table.loc[missing, f"{share}{end}"] = cut
                if whole == "accepted":
                    table.loc[missing, f"{part}{end}"] = cut * table["accepted"]
        _cap_trained(table, unknown["trained"], model)
    return table.reset_index().reindex(columns=list(Projection.to_schema().columns))


def _refuse_outside(means: pd.Series, share: str) -> None:
    for year, mean in means[(means < 0) | (means > 1)].items():
        raise DatafootprintError(
            f"projection, year {year}: the line gives {share} = {mean:.3f}, outside [0, 1]; "
            "choose projection.model logit, lower projection.until or add observed years to "
            "usage.counts."
        )


def _cap_trained(table: pd.DataFrame, is_projected: Any, model: str) -> None:
    """Let no more papers train than mention the dataset, and say so; shares of 1 may differ."""
    for year in table.index[is_projected & (table["trained"] > table["mentioning"] * (1 + 1e-9))]:
        trained, most = table.loc[year, ["trained", "mentioning"]]
        log.warning(
            "projection, year %.0f: %s continues both shares of the accepted papers apart and "
            "gives %.0f papers that trained, but %.0f that mention the dataset; the smaller number "
            "counts.",
            *(year, model, trained, most),
        )
        for end in ("", "_low"):
            capped = min(table.loc[year, f"trained{end}"], most)
            table.loc[year, f"trained{end}"] = capped
            table.loc[year, f"trained_share{end}"] = capped / table.loc[year, "accepted"]


def _warn_of_few_papers(observed: pd.DataFrame, model: str) -> None:
    few = observed[observed["mentioning"] < FEW * observed["mentioning"].median()]
    years, papers = few["year"].astype(str), few["mentioning"].map("{:.0f}".format)
    if model == "ols" and len(few):
        log.warning(
            "projection: %s has few papers (%s), and ols gives each year the same weight; wls, "
            "logit and bayes weigh them.",
            *(", ".join(years), ", ".join(papers)),
        )
