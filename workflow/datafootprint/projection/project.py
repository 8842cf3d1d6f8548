"""The yearly shares continued by one model, by all side by side, and held against the past."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.projection.models import AVERAGED_FROM, MODELS, Proxies, can_be_fitted, predict
from datafootprint.projection.projection_tables import Backtest, Projection
from datafootprint.projection.shares import SHARES, observed_counts, sample_of
from datafootprint.tables import table_of

log = logging.getLogger(__name__)
#: A year with less than this part of the papers of the middle year has few.
FEW = 0.1
#: The longest stretch held out: the three years that the estimate itself projects.
LONGEST = 3


def project_usage(
    counts: pd.DataFrame, model: str, slope_prior_sd: float, proxies: Proxies | None = None
) -> pd.DataFrame:
    """Fit a model to each observed yearly share and continue it to the other years: `Projection`.

    Observed years keep their shares and counts. In the others a share is the model's value and a
    count is that share times `accepted`, unrounded (as in the paper, Appendix B). `_low` and
    `_high` bound a single new year (prediction interval), cut at 0 and 1. A projection that is no
    share is refused, and no more papers train than mention the dataset.
    """
    observed = observed_counts(counts)
    few = observed[observed["mentioning"] < FEW * observed["mentioning"].median()]
    if model == "ols" and len(few):
        log.warning(
            "projection: %s has few papers (%s), and ols gives each year the same weight; wls, "
            "logit and bayes weigh them.",
            ", ".join(few["year"].astype(str)),
            ", ".join(few["mentioning"].map("{:.0f}".format)),
        )
    table = counts.set_index("year")[["accepted", "mentioning", "trained"]].astype(float)
    # Of a year to project, the papers that mention the dataset may be counted.
    unknown = {part: table[part].isna() for part in ("mentioning", "trained")}
    table["kind"] = np.where(unknown["trained"], "projected", "observed")
    for share, (part, whole) in SHARES.items():
        table[share] = table[part] / table[whole]
    if unknown["trained"].any():
        for share, found in _continue_shares(counts, model, slope_prior_sd, proxies).items():
            part, whole = SHARES[share]
            missing = unknown[part]
            for year, mean in found.loc[missing, "mean"].items():
                if not 0 <= mean <= 1:
                    raise DatafootprintError(
                        f"projection, year {year}: the line gives {share} = {mean:.3f}, outside "
                        "[0, 1]; choose projection.model logit, lower projection.until or add "
                        "observed years to usage.counts."
                    )
            for end, bound in (("", "mean"), ("_low", "low"), ("_high", "high")):
                cut = found.loc[missing, bound].clip(0, 1)
                table.loc[missing, f"{share}{end}"] = cut
                if whole == "accepted":
                    table.loc[missing, f"{part}{end}"] = cut * table["accepted"]
        _cap_trained(table, unknown["trained"], model)
    return table.reset_index().reindex(columns=list(Projection.to_schema().columns))


def compare_models(
    counts: pd.DataFrame, slope_prior_sd: float, proxies: Proxies | None = None
) -> pd.DataFrame:
    """Continue every share by every model with enough years: the table `ProjectionCompared`.

    It has every year, also the observed ones, so that a model can be seen beside what was counted.
    Values are cut at 0 and 1. The models that the uncertainty averages over have equal weights.
    """
    years, counted = len(observed_counts(counts)), counts.set_index("year")
    models = [name for name in MODELS if can_be_fitted(name, years, proxies)]
    averaged = [name for name in models if AVERAGED_FROM.get(name, years + 1) <= years]
    tables = []
    for name in models:
        weight = (name in averaged) / len(averaged)
        for share, found in _continue_shares(counts, name, slope_prior_sd, proxies).items():
            part, whole = SHARES[share]
            seen = counted[part].astype(float) / counted[whole].astype(float)
            table = found.clip(0, 1).assign(share=share, model=name, observed=seen, weight=weight)
            tables.append(table.reset_index())
    return pd.concat(tables, ignore_index=True)


def backtest_models(
    counts: pd.DataFrame, slope_prior_sd: float, proxies: Proxies | None = None
) -> pd.DataFrame:
    """Predict the last one to three observed years from those before: the table `Backtest`.

    Papers are pooled over the years held out; the denominators are the observed ones. A model
    without enough years left is left out.
    """
    observed, rows = observed_counts(counts), []
    for share in SHARES:
        sample, proxy = sample_of(share, observed), (proxies or {}).get(share)
        for held_out in range(1, min(LONGEST, len(sample) - 1) + 1):
            known, truth = sample.iloc[:-held_out], sample.iloc[-held_out:]
            for name in MODELS:
                if not can_be_fitted(name, len(known), proxies):
                    continue
                given = (known, truth.index, truth["whole"], slope_prior_sd, proxy)
                predicted = predict(name, *given).clip(0, 1)
                shares = truth["part"] / truth["whole"]
                papers, expected = truth["part"].sum(), (predicted["mean"] * truth["whole"]).sum()
                error = expected / papers - 1 if papers else None
                covered = shares.between(predicted["low"], predicted["high"]).sum()
                width = (predicted["high"] - predicted["low"]).mean()
                fitted = known.index[0], known.index[-1]
                scores = papers, expected, error, covered, width
                rows.append((share, held_out, name, *fitted, *scores))
    return table_of(rows, Backtest)


def _continue_shares(
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
        sample = sample_of(share, observed)
        found[share] = predict(model, sample, papers.index, papers[whole], slope_prior_sd, proxy)
        if part in papers:
            expected = found[share]["mean"].clip(0, 1) * papers["accepted"]
            papers[part] = papers[part].fillna(expected)
    return found


def _cap_trained(table: pd.DataFrame, is_projected: Any, model: str) -> None:
    """Let no more papers train than mention the dataset, and say so; shares of 1 may differ."""
    above = is_projected & (table["trained"] > table["mentioning"] * (1 + 1e-9))
    for year, row in table[above].iterrows():
        log.warning(
            "projection, year %s: %s continues both shares of the accepted papers apart and gives "
            "%.0f papers that trained, but %.0f that mention the dataset; the smaller counts.",
            *(year, model, row["trained"], row["mentioning"]),
        )
    for end in ("", "_low"):
        capped = table.loc[above, [f"trained{end}", "mentioning"]].min(axis=1)
        table.loc[above, f"trained{end}"] = capped
        table.loc[above, f"trained_share{end}"] = capped / table["accepted"]
