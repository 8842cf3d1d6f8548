"""What the report says about the copies on the Hugging Face Hub."""

from collections.abc import Sequence
from typing import Any

from datafootprint.hub.copies import FULL_COPY, REPORTED
from datafootprint.legacy_tables import Row
from datafootprint.report.numbers import rounded, subscript
from datafootprint.report.tables import GASES, TextTable

WINDOWS = {
    "not_stated": "as printed, time not stated",
    "last_30_days": "last 30 days",
    "all_time": "since creation",
}
#: What the sizes of a variant's years rest on -> how that is told.
BASES = {
    frozenset({REPORTED}): "from the Hub",
    frozenset({REPORTED, None}): "from the Hub, where known",
    frozenset({REPORTED, FULL_COPY}): "partly assumed: a full copy each",
    frozenset({FULL_COPY}): "assumed: a full copy each",
    frozenset({None}): "",
}


def hub_section(copies: Sequence[Row], downloads: Sequence[Row], search: str) -> dict[str, Any]:
    """Build the context of the template `sections/hub.html.j2`.

    Parameters
    ----------
    copies, downloads : rows
        The tables `hub_copies` and `hub_downloads_per_run`.
    search : str
        The search term.

    Returns
    -------
    dict
        search, retrieved, datasets, energy_kwh and emissions_t (sums over what is known),
        gas, assumed, running_year (None if no year of creation is known), variants_table,
        downloads_table (None if no downloads are known).
    """
    running = [row["created_year"] for row in copies if row["complete"] is False]
    return {
        "search": search,
        "retrieved": max(row["retrieved"] for row in copies),
        "datasets": sum(row["datasets"] for row in copies),
        "energy_kwh": sum(row["energy_kwh"] or 0.0 for row in copies),
        "emissions_t": sum(row["emissions_t"] or 0.0 for row in copies),
        "gas": subscript(GASES[copies[0]["gas_basis"]]),
        "assumed": any(row["size_basis"] == FULL_COPY for row in copies),
        "running_year": max(running, default=None),
        "variants_table": variants_table(copies),
        "downloads_table": downloads_table(downloads) if downloads else None,
    }


def variants_table(copies: Sequence[Row]) -> TextTable:
    """Add up the years of each variant."""
    totals: dict[str, dict[str, Any]] = {}
    for row in copies:
        total = totals.setdefault(row["variant"], {"datasets": 0, "bases": set()})
        total["bases"].add(row["size_basis"])
        total["datasets"] += row["datasets"]
        for column in ("gated", "storage_tb", "energy_kwh", "emissions_t"):
            if row[column] is not None:
                total[column] = total.get(column, 0) + row[column]
    rows = [
        (
            variant,
            f"{total['datasets']:,}",
            _cell(total.get("gated"), 0),
            _cell(total.get("storage_tb"), 2),
            BASES[frozenset(total["bases"])],
            _cell(total.get("energy_kwh"), 1),
            _cell(total.get("emissions_t"), 3),
        )
        for variant, total in sorted(
            totals.items(), key=lambda item: (-item[1]["datasets"], item[0])
        )
    ]
    header = ("variant", "datasets", "gated", "TB", "size", "kWh", "t")
    return TextTable("Datasets on the Hub by variant, and what keeping them takes", header, rows)


def downloads_table(downloads: Sequence[Row]) -> TextTable:
    """Lay out the downloads beside the runs of each method."""
    rows = [
        (
            row["method"],
            WINDOWS[row["downloads_window"]],
            f"{row['downloads']:,}",
            f"{row['runs']:,.0f}",
            _cell(row["downloads_per_run"], 1),
        )
        for row in downloads
    ]
    header = ("method", "time", "downloads", "training runs", "downloads per run")
    variant = downloads[0]["variant"]
    return TextTable(f"Downloads of {variant} beside the estimated training runs", header, rows)


def _cell(value: float | None, digits: int) -> str:
    return "" if value is None else rounded(value, digits)
