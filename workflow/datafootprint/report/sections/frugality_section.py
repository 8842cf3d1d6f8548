"""What the page says about frugality: savings, break-even, and published energy to accuracy."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.energy.gains import ratio_to_standard
from datafootprint.frugality.frugality_tables import FORWARD, PAST
from datafootprint.report.text_tables import TextTable, cells
from datafootprint.report.wording import gain_name

STANDARD = "Standard train"
DPET = ("DPET (margin)", "DPET (entropy)", "DPET (lc)")


def frugality_section(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]
) -> dict[str, Any]:
    """Build the context of `frugality.html.j2`.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        frugality, break_even, energy_to_accuracy (published).
    config : mapping
        The sections frugality, training and methods of the configuration.

    Returns
    -------
    dict
        savings and break_even (tables to show), ratios (target and ratio to standard training),
        pruned (fraction), epochs (shown).
    """
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
    columns = {"gain, %": cells(100 * gains, "{:.1f}".format)}
    for adoption in adoptions:
        columns[f"{adoption:.0%} of past runs"] = cells(saved[PAST, adoption])
    columns[f"{adoptions[-1]:.0%} of a year"] = cells(saved[FORWARD, adoptions[-1]])
    return TextTable(
        "Emissions saved in t; last column: one more year at the runs of the latest one",
        pd.DataFrame(columns).loc[gains.index].rename_axis("gain").reset_index(),
    )


def break_even_table(break_even: pd.DataFrame) -> TextTable:
    """Lay out after how many runs a selection has paid off, with the proportional gain."""
    own = break_even[break_even["gain_kind"] == "proportional"]
    reuses = own.pivot(index="strategy", columns="epochs", values="reuses")
    cost = own.drop_duplicates("strategy").set_index("strategy")["selection_epochs"]
    columns = {"cost, epochs": cells(cost, "{:g}".format)}
    for epochs in reuses:
        runs = cells(reuses[epochs], "{:.0f}".format)
        columns[f"runs of {epochs:g} epochs"] = runs.replace("", "never")
    return TextTable(
        "Runs on the subset until its selection has paid off",
        pd.DataFrame(columns).loc[cost.index].rename_axis("strategy").reset_index(),
    )
