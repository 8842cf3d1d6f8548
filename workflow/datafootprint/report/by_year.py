"""The footprint year by year: what a trend is read from."""

import math
from collections.abc import Iterable

import pandas as pd

from datafootprint.footprint.emissions import Footprint
from datafootprint.legacy_tables import Row
from datafootprint.report.numbers import KWH_PER_UNIT, energy_unit, rounded
from datafootprint.report.tables import GASES, TextTable
from datafootprint.tables import records_of


def footprint_by_year(training_runs: Iterable[Row], method: str, footprint: Footprint) -> list[Row]:
    """Estimate training and storage of each year by itself.

    Parameters
    ----------
    training_runs : rows
        The table `training_runs`.
    method : str
        Method of the estimate.
    footprint : Footprint
        What turns runs into tonnes.

    Returns
    -------
    list of dict
        year, publications, runs, training_kwh, training_t, storage_kwh, storage_t. Their sums are
        the rows of that method in the tables `training_emissions` and `storage_emissions`.
    """
    rows = []
    for row in training_runs:
        if row["method"] == method:
            own = pd.DataFrame([row])
            (trained,) = records_of(footprint.of_training(own, footprint.configured))
            (stored,) = records_of(footprint.of_storage(own, footprint.configured))
            rows.append(
                {
                    "year": row["year"],
                    "publications": row["publications"],
                    "runs": row["runs"],
                    "training_kwh": trained["energy_kwh"],
                    "training_t": trained["emissions_t"],
                    "storage_kwh": stored["energy_kwh"],
                    "storage_t": stored["emissions_t"],
                }
            )
    return rows


def by_year_table(training_runs: Iterable[Row], method: str, footprint: Footprint) -> TextTable:
    """Lay out the years and, in the last row, their sums."""
    years = footprint_by_year(training_runs, method, footprint)
    total: Row = {column: math.fsum(row[column] for row in years) for column in years[0]}
    total |= {"year": "all", "publications": sum(row["publications"] for row in years)}
    unit = energy_unit(total["training_kwh"])
    gas = GASES[footprint.configured.intensity.gas_basis]
    return TextTable(
        f"Training and storage by year ({method}), rounded. Copies are charged to the year of "
        "their run.",
        (
            "year",
            "publications",
            "training runs",
            f"training, {unit}",
            f"training, t {gas}",
            f"storage, t {gas}",
            f"both, t {gas}",
        ),
        [_cells(row, KWH_PER_UNIT[unit]) for row in [*years, total]],
    )


def _cells(row: Row, kwh: float) -> tuple[str, ...]:
    tonnes = (row["training_t"], row["storage_t"])
    return (
        str(row["year"]),
        rounded(row["publications"]),
        rounded(row["runs"]),
        rounded(row["training_kwh"] / kwh, 2),
        *map(rounded, (*tonnes, sum(tonnes))),
    )
