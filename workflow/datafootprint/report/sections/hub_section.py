"""What the page says about the copies on the Hugging Face Hub."""

from typing import Any

import pandas as pd

from datafootprint.hub.hub_tables import (
    ALL_TIME,
    FULL_COPY,
    LAST_30_DAYS,
    NOT_STATED,
    PARTLY_ESTIMATED,
    REPORTED,
)
from datafootprint.report.text_tables import TextTable, cells
from datafootprint.report.wording import GASES, method_title, subscript

WINDOWS = {
    NOT_STATED: "as printed, time not stated",
    LAST_30_DAYS: "last 30 days",
    ALL_TIME: "since creation",
}
#: Sizes that are not of the Hub, or not all.
ASSUMED = {FULL_COPY, PARTLY_ESTIMATED}


def hub_section(copies: pd.DataFrame, downloads: pd.DataFrame, search: str) -> dict[str, Any]:
    """Build the context of `hub.html.j2`; energy and emissions are sums over what is known."""
    running = copies.loc[copies["complete"].eq(False).fillna(False), "created_year"]
    return {
        "search": search,
        "retrieved": copies["retrieved"].max(),
        "datasets": int(copies["datasets"].sum()),
        "energy_kwh": copies["energy_kwh"].sum(),
        "emissions_t": copies["emissions_t"].sum(),
        "gas": subscript(GASES[copies["gas_basis"].iloc[0]]),
        "assumed": bool(copies["size_basis"].isin(ASSUMED).any()),
        "running_year": None if running.empty else int(running.max()),
        "variants_table": variants_table(copies),
        "downloads_table": None if downloads.empty else downloads_table(downloads),
    }


def variants_table(copies: pd.DataFrame) -> TextTable:
    """Add up the years of each variant, the most frequent variant first."""
    by_variant = copies.assign(size_basis=copies["size_basis"].fillna("")).groupby("variant")
    columns = ["datasets", "gated", "storage_tb", "energy_kwh", "emissions_t"]
    totals = (
        by_variant[columns].sum(min_count=1).sort_values("datasets", ascending=False, kind="stable")
    )
    sizes = by_variant["size_basis"].agg(_size_words)
    return TextTable(
        "Datasets on the Hub by variant, and what keeping them takes",
        {
            "variant": totals.index,
            "datasets": cells(totals["datasets"], "{:,.0f}".format),
            "gated": cells(totals["gated"], "{:,.0f}".format),
            "TB": cells(totals["storage_tb"], 2),
            "size": sizes[totals.index],
            "kWh": cells(totals["energy_kwh"], 1),
            "t": cells(totals["emissions_t"], 3),
        },
    )


def _size_words(bases: pd.Series) -> str:
    """Say where the sizes of the years of a variant come from."""
    found = set(bases)
    if found <= {FULL_COPY}:
        return "assumed: a full copy each"
    if found & ASSUMED:
        return "partly assumed: a full copy each"
    if found <= {""}:
        return ""
    return "from the Hub" if found == {REPORTED} else "from the Hub, where known"


def downloads_table(downloads: pd.DataFrame) -> TextTable:
    """Lay out the downloads beside the runs of each method."""
    return TextTable(
        f"Downloads of {downloads['variant'].iloc[0]} beside the estimated training runs",
        {
            "method": downloads["method"].map(method_title),
            "time": downloads["downloads_window"].map(WINDOWS),
            "downloads": cells(downloads["downloads"]),
            "training runs": cells(downloads["runs"], "{:,.0f}".format),
            "downloads per run": cells(downloads["downloads_per_run"], 1),
        },
    )
