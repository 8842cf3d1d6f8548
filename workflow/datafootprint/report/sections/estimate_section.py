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
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any], paper: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Build the context of `estimate.html.j2`; `paper` is that of `paper_section`, if any."""
    headline = config["methods"]["headline"]
    training, storage = (
        {row["method"]: row for row in records_of(tables[name])}
        for name in ("training_emissions", "storage_emissions")
    )
    corrected = headline == "as_described" and _is_as_printed(paper, training, storage)
    return {
        "title": "The corrected numbers" if corrected else "The estimate of this configuration",
        "training": training[headline],
        "storage": storage[headline],
        "methods": METHODS,
    }


def _is_as_printed(
    paper: Mapping[str, Any] | None,
    training: Mapping[str, Mapping[str, Any]],
    storage: Mapping[str, Mapping[str, Any]],
) -> bool:
    """Whether this configuration gives the paper's printed numbers by the paper's arithmetic."""
    if paper is None or not paper["same_runs"]:
        return False
    tonnes = [round(rows["as_published"]["emissions_t"]) for rows in (training, storage)]
    printed = [paper["printed"][f"{use}_emissions"] for use in ("training", "storage")]
    return tonnes == printed


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
