"""What the page says about frugality: savings, break-even, and published energy to accuracy."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.energy.gains import ratio_to_standard
from datafootprint.footprint.footprint_tables import FORWARD, PAST
from datafootprint.report.text_tables import TextTable, laid_out
from datafootprint.report.wording import gain_name

STANDARD = "Standard train"
DPET = ("DPET (margin)", "DPET (entropy)", "DPET (lc)")


def frugality_section(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Build the context of `frugality.html.j2`."""
    savings, epochs = tables["frugality"], config["training"]["epochs"]
    if savings.empty:
        return None
    is_shown = (savings["of"] == "storage") | (savings["epochs"] == epochs)
    own = savings[is_shown & (savings["method"] == config["methods"]["headline"])]
    return {
        "savings": savings_table(own),
        "break_even": break_even_table(tables["break_even"]),
        "ratios": sorted(ratio_to_standard(tables["energy_to_accuracy"], DPET, STANDARD).items()),
        "pruned": config["frugality"]["pruned_fraction"],
        "epochs": epochs,
    }


def savings_table(savings: pd.DataFrame) -> TextTable:
    """Lay out the emissions saved, a row for each gain and a column for each adoption."""
    named = savings.assign(name=savings.apply(gain_name, axis=1), percent=100 * savings["gain"])
    *_, most = adoptions = sorted(savings["adoption"].unique())
    headings = {(PAST, part): f"{100 * part:g}% of past runs" for part in adoptions}
    headings[FORWARD, most] = f"{100 * most:g}% of a year"
    saved = named.pivot(index="name", columns=["scope", "adoption"], values="saved_emissions_t")
    saved = saved[list(headings)].set_axis(list(headings.values()), axis=1)
    gains = named[["name", "percent"]].drop_duplicates("name").join(saved, on="name")
    return laid_out("savings", gains, {heading: f"{{{heading}}}" for heading in headings.values()})


def break_even_table(break_even: pd.DataFrame) -> TextTable:
    """Lay out after how many runs a selection has paid off, with the proportional gain."""
    own = break_even[break_even["gain_kind"] == "proportional"]
    reuses = own.pivot(index="strategy", columns="epochs", values="reuses")
    headings = [f"runs of {epochs:g} epochs" for epochs in reuses]
    costs = own[["strategy", "selection_epochs"]].drop_duplicates("strategy")
    rows = costs.join(reuses.set_axis(headings, axis=1), on="strategy")
    return laid_out("break_even", rows, {heading: f"{{{heading}}} | never" for heading in headings})
