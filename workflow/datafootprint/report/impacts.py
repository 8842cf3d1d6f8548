"""What the report says of impacts beside the electricity."""

from collections.abc import Iterable

from datafootprint.footprint.impacts import CASES
from datafootprint.legacy_tables import Row
from datafootprint.report.numbers import rounded
from datafootprint.report.tables import TextTable

IMPACTS = {
    "embodied_gpu": "making the GPUs",
    "embodied_server_eighth": "making an eighth of a server each, with its GPU",
    "water_training": "cooling water on site, training",
    "water_storage": "cooling water on site, storage",
}
UNITS = {"t CO2e": "t CO\N{SUBSCRIPT TWO}e", "m3": "m\N{SUPERSCRIPT THREE}"}


def impacts_table(impacts: Iterable[Row], method: str) -> TextTable:
    """Lay out the ranges of one method, from the table `additional_impacts`."""
    return TextTable(
        f"Impacts that are in no total ({method}): low, central and high case",
        ("impact", "unit", *CASES),
        [
            (
                IMPACTS[row["impact"]],
                UNITS[row["unit"]],
                *(rounded(row[case]) for case in CASES),
            )
            for row in impacts
            if row["method"] == method
        ],
    )
