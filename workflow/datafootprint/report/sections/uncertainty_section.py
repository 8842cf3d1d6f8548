"""What the page says about how sure the estimate is."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.literature.methods import METHODS
from datafootprint.literature.practice import CONFIGURED, OBSERVED
from datafootprint.report.sections.answer_section import ranges_of
from datafootprint.report.sections.log_bars import log_bars
from datafootprint.report.text_tables import TextTable, laid_out
from datafootprint.report.wording import between, method_title, percent, source_words
from datafootprint.tables import records_of
from datafootprint.uncertainty.priors import LABELS, SOURCES, Multiplies, Prior, Tier

#: A prediction from fewer observed years tests only trivial models.
FEWEST_FITTED_YEARS = 3
#: A smaller Sobol index is noise of the draws.
LEAST_INDEX = 0.001


def uncertainty_section(
    tables: Mapping[str, pd.DataFrame], priors: Mapping[str, Prior], headline: str
) -> dict[str, Any]:
    """Build the context of `uncertainty.html.j2` from the priors that were drawn and the tables.

    `tiers` describes the headline's range of each tier, with its sources; `to_fetch` counts the
    accepted papers of the projected years.
    """
    projection, plan = tables["projection"], tables["next_observation"]
    is_projected, method = projection["kind"] == "projected", METHODS[headline]
    other_basis = CONFIGURED if method.is_observed else OBSERVED
    ranges_by_method = ranges_of(tables["uncertainty"])
    ranges = ranges_by_method[headline]
    is_projection_drawn = bool(is_projected.any()) and priors["projection"].kind != "fixed"
    plan = plan[plan["method"] == headline]
    labels_can_be_wrong = tables["sensitivity"]["source"].str.startswith(LABELS).any()
    is_observed = "as_observed" in set(tables["uncertainty"]["method"])
    shown = {
        name: prior
        for name, prior in priors.items()
        if (SOURCES[name].multiplies != Multiplies.LABELS or labels_can_be_wrong)
        and (is_observed or not SOURCES[name].about.startswith(OBSERVED))
    }
    tiers = [
        {
            "words": Tier(tier).name.lower(),
            "meaning": tier.meaning,
            "ranges": ranges[tier],
            "adds": [
                source_words(name)
                + " (judged)"
                * (tier is Tier.MEASURED and priors[name].source.startswith("assumption of"))
                for name, source in SOURCES.items()
                if source.tier == tier
                and priors[name].kind != "fixed"
                and (name != "projection" or is_projection_drawn)
                and (source.multiplies != Multiplies.LABELS or labels_can_be_wrong)
                and not source.about.startswith(other_basis)
            ]
            or ["nothing"],
            "largest": _largest(tables["sensitivity"], headline, tier),
        }
        for tier in Tier
    ]
    backtest = tables["backtest"]
    return {
        "tiers": tiers,
        "bars": range_bars(ranges_by_method, headline),
        "is_projection_drawn": is_projection_drawn,
        "backtest": backtest_table(
            backtest[backtest["share"] == method.share], projection.loc[~is_projected, "year"]
        ),
        "plan": plan.sort_values("reduction", ascending=False, kind="stable"),
        "plans_an_audit": bool(plan["action"].str.contains("audit").any()),
        "to_fetch": int(projection.loc[is_projected, "accepted"].sum()),
        "priors": pd.DataFrame(
            {
                "name": list(shown),
                "distribution": [_prior_text(prior) for prior in shown.values()],
                "source": [prior.source for prior in shown.values()],
            }
        ),
    }


def range_bars(ranges: Mapping[str, Any], headline: str) -> dict[str, Any]:
    """Place the ranges of the training tonnes of each method, the narrowest in front."""
    rows = []
    for method, tiers in ranges.items():
        shown = {tier: tiers[tier]["training_emissions_t"] for tier in reversed(Tier)}
        widest = shown[Tier.ASSUMED]
        bars = zip(shown.items(), (20, 44, 68), strict=True)
        rows.append(
            {
                "name": method_title(method),
                "point": widest["point"],
                "note": between(widest["p2_5"], widest["p97_5"]),
                "is_headline": method == headline,
                "bars": [
                    (tier.name.lower(), row["p2_5"], row["p97_5"], height)
                    for (tier, row), height in bars
                ],
            }
        )
    return log_bars(rows)


def bridge_bars(bridge: pd.DataFrame, headline: str) -> dict[str, Any]:
    """Place the tonnes before and after each step, and what its factor alone may be."""
    rows, before = [], 0.0
    for row in records_of(bridge):
        before, after = before or row["emissions_t"], row["emissions_t"]
        bars = [(row["evidence"], min(before, after), max(before, after), 56)]
        if row["factor_low"] is not None:
            bars.append(("error", before * row["factor_low"], before * row["factor_high"], 8))
        note = "" if row["factor"] is None else f"× {row['factor']:.2f}"
        shown = {"name": row["step"], "point": after, "note": note, "bars": bars}
        rows.append(shown | {"is_headline": row["method"] == headline})
        before = after
    return log_bars(rows)


def backtest_table(backtest: pd.DataFrame, observed: pd.Series) -> TextTable | None:
    """Lay out how the models would have done in the longest stretch that tests more than luck."""
    spans = zip(backtest["fitted_from"], backtest["fitted_until"], strict=True)
    fitted = [observed.between(first, last).sum() >= FEWEST_FITTED_YEARS for first, last in spans]
    backtest = backtest[pd.Series(fitted, backtest.index, bool)]
    backtest = backtest[backtest["held_out_years"] == backtest["held_out_years"].max()]
    if backtest.empty:
        return None
    rows = backtest.assign(error_percent=100 * backtest["pooled_error"])
    return laid_out("backtest", rows, **records_of(backtest)[0])


def _prior_text(prior: Prior) -> str:
    parameters = ", ".join(
        f"{value:.4g}" if isinstance(value, float) else str(value) for value in prior.parameters
    )
    return f"{prior.kind}({parameters})" if parameters else prior.kind


def _largest(sensitivity: pd.DataFrame, headline: str, tier: str) -> str:
    """Name the three sources that explain most of the variance, with their share of it."""
    own = sensitivity[(sensitivity["method"] == headline) & (sensitivity["tier"] == tier)]
    own = own[own["first_order"] > LEAST_INDEX].nlargest(3, "first_order")
    return ", ".join(
        f"{source_words(source)} ({percent(max(index, 0))})"
        for source, index in zip(own["source"], own["first_order"], strict=True)
    )
