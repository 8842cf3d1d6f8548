"""What the page says about how sure the estimate is."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.literature.methods import METHODS
from datafootprint.report.wording import between, rounded
from datafootprint.tables import records_of
from datafootprint.uncertainty.priors import SOURCES, Prior, Tier

#: A prediction from fewer observed years tests only trivial models.
FEWEST_FITTED_YEARS = 3
#: Drawing area of the bars of ranges, in units of the SVG's view box.
LEFT, RIGHT = 60.0, 690.0

Ranges = dict[str, dict[str, dict[str, Any]]]


def uncertainty_section(
    tables: Mapping[str, pd.DataFrame], priors: Mapping[str, Prior], headline: str
) -> dict[str, Any]:
    """Build the context of `uncertainty.html.j2` from the priors that were drawn and the tables.

    `ranges` holds the headline method's rows by tier and quantity, `errors` names what the T2
    ranges include, `to_fetch` counts the accepted papers of the projected years.
    """
    projection, uncertainty = tables["projection"], tables["uncertainty"]
    is_projected = projection["kind"] == "projected"
    ranges: dict[str, Ranges] = {}
    for row in records_of(uncertainty):
        by_tier = ranges.setdefault(row["method"], {})
        by_tier.setdefault(row["tier"], {})[row["quantity"]] = row
    backtest = _informative(tables["backtest"], projection.loc[~is_projected, "year"])
    longest = 0 if backtest.empty else int(backtest["held_out_years"].max())
    is_projection_drawn = bool(is_projected.any()) and priors["projection"].kind != "fixed"
    plan = tables["next_observation"]
    return {
        "ranges": ranges[headline],
        "by_method": ranges,
        "bars": _bars(ranges[headline]),
        "errors": _errors(priors, is_projection_drawn),
        "is_projection_drawn": is_projection_drawn,
        "leading": _leading(tables["sensitivity"], headline),
        "held_out_years": longest,
        "backtest": records_of(
            backtest[
                (backtest["share"] == METHODS[headline].share)
                & (backtest["held_out_years"] == longest)
            ]
        ),
        "plan": records_of(
            plan[plan["method"] == headline].sort_values(
                "reduction", ascending=False, kind="stable"
            )
        ),
        "to_fetch": int(projection.loc[is_projected, "accepted"].sum()),
        "priors": [
            {"source": name, "prior": _prior_text(prior), "origin": prior.source}
            for name, prior in priors.items()
        ],
    }


def _informative(backtest: pd.DataFrame, observed: pd.Series) -> pd.DataFrame:
    """Keep the predictions from enough observed years."""
    spans = zip(backtest["fitted_from"], backtest["fitted_until"], strict=True)
    fitted = [observed.between(first, last).sum() for first, last in spans]
    return backtest[pd.Series(fitted, index=backtest.index, dtype=int) >= FEWEST_FITTED_YEARS]


def _leading(sensitivity: pd.DataFrame, headline: str) -> dict[str, list[dict[str, Any]]]:
    """Return the three sources that explain most of the variance in each tier."""
    own = sensitivity[sensitivity["method"] == headline]
    own = own.sort_values("first_order", ascending=False, kind="stable")
    return {str(tier): records_of(rows.head(3)) for tier, rows in own.groupby("tier")}


def _prior_text(prior: Prior) -> str:
    parameters = ", ".join(
        f"{value:.4g}" if isinstance(value, float) else str(value) for value in prior.parameters
    )
    return f"{prior.kind}({parameters})" if parameters else prior.kind


def _errors(priors: Mapping[str, Prior], is_projection_drawn: bool) -> list[str]:
    measured = any(
        priors[name].kind != "fixed"
        for name, source in SOURCES.items()
        if source.tier is Tier.MEASUREMENT
    )
    drawn = {
        "sampling": priors["sampling"].kind != "fixed",
        "projection": is_projection_drawn,
        "measurement": measured,
    }
    return [name for name, is_drawn in drawn.items() if is_drawn]


def _bars(ranges: Ranges) -> dict[str, Any]:
    """Place the ranges of the training tonnes on a logarithmic axis."""
    rows = {tier: quantities["training_emissions_t"] for tier, quantities in ranges.items()}
    ends = [row[end] for row in rows.values() for end in ("p2_5", "p97_5", "point")]
    if min(ends) <= 0:
        return {"rows": [], "ticks": []}
    low, high = math.log10(min(ends)) - 0.03, math.log10(max(ends)) + 0.03

    def place(value: float) -> float:
        return round(LEFT + (math.log10(value) - low) / (high - low) * (RIGHT - LEFT), 1)

    powers = range(math.floor(low), math.ceil(high) + 1)
    ticks = [digit * 10**power for power in powers for digit in (1, 2, 5)]
    return {
        "rows": [
            {
                "tier": tier,
                "start": place(row["p2_5"]),
                "middle": place(row["p50"]),
                "end": place(row["p97_5"]),
                "text": f"{between(row['p2_5'], row['p97_5'])} t, median {rounded(row['p50'])} t",
            }
            for tier, row in rows.items()
        ],
        "point": place(next(iter(rows.values()))["point"]),
        "ticks": [
            {"x": place(value), "label": f"{value:,.10g}"}
            for value in ticks
            if low <= math.log10(value) <= high
        ],
    }
