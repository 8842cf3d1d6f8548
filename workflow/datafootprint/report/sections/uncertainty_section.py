"""What the page says about how sure the estimate is."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.literature.methods import METHODS
from datafootprint.report.sections.answer_section import ranges_of
from datafootprint.report.text_tables import TextTable, cells
from datafootprint.report.wording import percent, source_words
from datafootprint.uncertainty.priors import SOURCES, Prior, Tier

#: A prediction from fewer observed years tests only trivial models.
FEWEST_FITTED_YEARS = 3


def uncertainty_section(
    tables: Mapping[str, pd.DataFrame], priors: Mapping[str, Prior], headline: str
) -> dict[str, Any]:
    """Build the context of `uncertainty.html.j2` from the priors that were drawn and the tables.

    `tiers` describes the headline's range of each tier, with its sources and their places on the
    logarithmic `axis`; `to_fetch` counts the accepted papers of the projected years.
    """
    projection = tables["projection"]
    is_projected = projection["kind"] == "projected"
    ranges = ranges_of(tables["uncertainty"])
    backtest = _informative(tables["backtest"], projection.loc[~is_projected, "year"])
    longest = 0 if backtest.empty else int(backtest["held_out_years"].max())
    is_shown = (backtest["share"] == METHODS[headline].share) & (
        backtest["held_out_years"] == longest
    )
    is_projection_drawn = bool(is_projected.any()) and priors["projection"].kind != "fixed"
    plan = tables["next_observation"]
    plan = plan[plan["method"] == headline]
    plan = plan.sort_values("reduction", ascending=False, kind="stable")
    tiers = [
        {
            "name": tier,
            "words": Tier(tier).words,
            "meaning": tier.meaning,
            "ranges": ranges[headline][tier],
            "adds": [
                source_words(name)
                for name, source in SOURCES.items()
                if source.tier == tier
                and priors[name].kind != "fixed"
                and (name != "projection" or is_projection_drawn)
                and (not source.part or source.of_observed == METHODS[headline].is_observed)
            ]
            or ["nothing"],
            "largest": _largest(tables["sensitivity"], headline, tier),
        }
        for tier in Tier
    ]
    return {
        "tiers": tiers,
        "axis": _placed(tiers),
        "is_projection_drawn": is_projection_drawn,
        "backtest": bool(is_shown.any()),
        "backtest_table": backtest_table(backtest[is_shown], longest),
        "plan_table": plan_table(plan),
        "plans_an_audit": bool(plan["action"].str.contains("audit").any()),
        "to_fetch": int(projection.loc[is_projected, "accepted"].sum()),
        "priors_table": TextTable(
            "What was drawn, and where the figures come from",
            {
                "source of uncertainty": [source_words(name) for name in priors],
                "distribution": [_prior_text(prior) for prior in priors.values()],
                "taken from": [prior.source for prior in priors.values()],
            },
        ),
    }


def backtest_table(backtest: pd.DataFrame, held_out_years: int) -> TextTable:
    """Lay out how the models would have done."""
    first = backtest.iloc[0] if len(backtest) else {"fitted_from": "", "fitted_until": ""}
    covered = cells(backtest["years_covered"], "{:.0f}".format)
    return TextTable(
        f"The last {held_out_years} observed years predicted from those before "
        f"({first['fitted_from']} to {first['fitted_until']})",
        {
            "model": backtest["model"],
            "papers predicted": cells(backtest["predicted_papers"]),
            "observed": cells(backtest["observed_papers"]),
            "error": cells(100 * backtest["pooled_error"], "{:+.0f}%".format),
            "years within the 95% interval": covered + f" of {held_out_years}",
            "mean width of the interval": cells(backtest["mean_width"], "{:.2f}".format),
        },
    )


def plan_table(plan: pd.DataFrame) -> TextTable:
    """Lay out how much narrower further observations would make the interval."""
    return TextTable(
        "Half the range of the training tonnes over its median, now and after the observation "
        "comes out as expected",
        {
            "observation": plan["action"],
            "papers to read or runs to measure": cells(plan["effort"]),
            "range": [Tier(tier).words for tier in plan["tier"]],
            "now": cells(plan["half_width_now"], percent),
            "then": cells(plan["half_width_then"], percent),
            "narrower by": cells(plan["reduction"], percent),
        },
    )


def _informative(backtest: pd.DataFrame, observed: pd.Series) -> pd.DataFrame:
    """Keep the predictions from enough observed years."""
    spans = zip(backtest["fitted_from"], backtest["fitted_until"], strict=True)
    fitted = [observed.between(first, last).sum() for first, last in spans]
    return backtest[pd.Series(fitted, index=backtest.index, dtype=int) >= FEWEST_FITTED_YEARS]


def _prior_text(prior: Prior) -> str:
    parameters = ", ".join(
        f"{value:.4g}" if isinstance(value, float) else str(value) for value in prior.parameters
    )
    return f"{prior.kind}({parameters})" if parameters else prior.kind


def _largest(sensitivity: pd.DataFrame, headline: str, tier: str) -> str:
    """Name the three sources that explain most of the variance, with their share of it."""
    own = sensitivity[(sensitivity["method"] == headline) & (sensitivity["tier"] == tier)]
    own = own.sort_values("first_order", ascending=False, kind="stable").head(3)
    return ", ".join(
        f"{source_words(source)} ({percent(max(index, 0))})"
        for source, index in zip(own["source"], own["first_order"], strict=True)
    )


def _placed(tiers: list[dict[str, Any]]) -> dict[str, float] | None:
    """Place the ranges of the training tonnes, in percent of a logarithmic axis, which is returned.

    There is none where a range begins at 0.
    """
    rows = [tier["ranges"]["training_emissions_t"] for tier in tiers]
    ends = [row[end] for row in rows for end in ("p2_5", "p97_5", "point")]
    if min(ends) <= 0:
        return None
    least, most = min(ends) / 1.05, max(ends) * 1.05

    def place(value: float) -> float:
        return round(100 * math.log(value / least) / math.log(most / least), 2)

    names = {"low": "p2_5", "median": "p50", "high": "p97_5"}
    for tier, row in zip(tiers, rows, strict=True):
        tier.update({name: place(row[end]) for name, end in names.items()})
    return {"least": least, "most": most, "point": place(rows[0]["point"])}
