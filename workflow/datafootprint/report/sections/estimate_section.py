"""What the page says about the estimate itself: training and storage, by method."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.literature.methods import METHODS
from datafootprint.report.text_tables import TextTable, cells
from datafootprint.tables import records_of

IMPACTS = {
    "embodied_gpu": "making the GPUs",
    "embodied_server_eighth": "making an eighth of a server each, with its GPU",
    "water_training": "cooling water on site, training",
    "water_storage": "cooling water on site, storage",
}
UNITS = {"t CO2e": "t CO\N{SUBSCRIPT TWO}e", "m3": "m\N{SUPERSCRIPT THREE}"}


def estimate_section(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]
) -> dict[str, Any]:
    """Build the context of `estimate.html.j2`: the rows of the headline, and all methods."""
    headline = config["methods"]["headline"]
    training, storage = (
        {row["method"]: row for row in records_of(tables[name])}
        for name in ("training_emissions", "storage_emissions")
    )
    return {"training": training[headline], "storage": storage[headline], "methods": METHODS}


def impacts_table(impacts: pd.DataFrame, method: str) -> TextTable:
    """Lay out the ranges of one method, from the table `additional_impacts`."""
    own = impacts[impacts["method"] == method]
    return TextTable(
        f"Impacts that are in no total ({method}): low, central and high case",
        {
            "impact": own["impact"].map(IMPACTS),
            "unit": own["unit"].map(UNITS),
            **{case: cells(own[case]) for case in ("low", "central", "high")},
        },
    )
