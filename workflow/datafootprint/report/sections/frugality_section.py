"""What the page says about frugality: savings, break-even, and published energy to accuracy."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.energy.gains import ratio_to_standard
from datafootprint.footprint.footprint_tables import FORWARD, PAST
from datafootprint.report.text_tables import TextTable, cells
from datafootprint.report.wording import gain_name

STANDARD = "Standard train"
DPET = ("DPET (margin)", "DPET (entropy)", "DPET (lc)")


def frugality_section(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]
) -> dict[str, Any]:
    """Build the context of `frugality.html.j2`."""
    savings, epochs = tables["frugality"], config["training"]["epochs"]
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
    named = savings.assign(gain_name=savings.apply(gain_name, axis=1))
    saved = named.pivot(
        index="gain_name", columns=["scope", "adoption"], values="saved_emissions_t"
    )
    gains = named.drop_duplicates("gain_name").set_index("gain_name")["gain"]
    adoptions = sorted(savings["adoption"].unique())
    saved = saved.loc[gains.index]
    return TextTable(
        "Emissions saved in t; last column: one more year at the runs of the latest one",
        {
            "gain": gains.index,
            "gain, %": cells(100 * gains, "{:.1f}".format),
            **{f"{100 * part:g}% of past runs": cells(saved[PAST, part]) for part in adoptions},
            f"{100 * adoptions[-1]:g}% of a year": cells(saved[FORWARD, adoptions[-1]]),
        },
    )


def break_even_table(break_even: pd.DataFrame) -> TextTable:
    """Lay out after how many runs a selection has paid off, with the proportional gain."""
    own = break_even[break_even["gain_kind"] == "proportional"]
    reuses = own.pivot(index="strategy", columns="epochs", values="reuses")
    cost = own.drop_duplicates("strategy").set_index("strategy")["selection_epochs"]
    return TextTable(
        "Runs on the subset until its selection has paid off",
        {
            "strategy": cost.index,
            "cost, epochs": cells(cost, "{:g}".format),
            **{
                f"runs of {epochs:g} epochs": cells(runs).replace("", "never")
                for epochs, runs in reuses.loc[cost.index].items()
            },
        },
    )
