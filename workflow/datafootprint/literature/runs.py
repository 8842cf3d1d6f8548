"""Training runs across the literature: publications of a year times the share of that year."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row
from datafootprint.literature.methods import METHODS, Method
from datafootprint.literature.publications import require_complete
from datafootprint.units import quantity

#: The paper counts one training run for each paper that trained (Section 3.1).
RUNS_PER_PAPER = quantity(1, "run / trained_paper")


def estimate_runs(projection: Sequence[Row], publications: Iterable[Row]) -> list[Row]:
    """Estimate the training runs of each year by each method.

    Parameters
    ----------
    projection : rows
        year, trained_share, trained_share_of_mentioning.
    publications : rows
        year, publications that mention the dataset, complete where known. Years that
        `projection` lacks are left out.

    Returns
    -------
    list of dict
        method, year, publications, trained_share, runs (unrounded).

    Raises
    ------
    DatafootprintError
        If a year of `projection` has no publications, was not over when they were counted, or years
        are missing in between.
    """
    by_year = {row["year"]: row for row in projection}
    publications = list(publications)
    counts = {row["year"]: row["publications"] for row in publications}
    require_complete(publications, by_year)
    years = list(range(min(by_year), max(by_year) + 1))
    for year in years:
        for name, table in (("projection", by_year), ("publications", counts)):
            if year not in table:
                raise DatafootprintError(f"{name}: there is no row for {year}.")
    rows = []
    for name, method in METHODS.items():
        for year in years:
            share = method_share(method, by_year, year)
            runs = share * quantity(counts[year], "mentioning_paper") * RUNS_PER_PAPER
            rows.append(
                {
                    "method": name,
                    "year": year,
                    "publications": counts[year],
                    "trained_share": share.magnitude,
                    "runs": runs.to("run").magnitude,
                }
            )
    return rows


def method_share(method: Method, by_year: dict[int, Row], year: int) -> Any:
    """Return the share that `method` applies to the publications of `year`, with its unit."""
    value = by_year[method.source_year(year, by_year)][method.share]
    if method.decimals is not None:
        # As `numpy.round` does, so that draws without variance meet the point estimate.
        value = round(value * 10**method.decimals) / 10**method.decimals
    if method.share == "trained_share":
        return as_if_of_mentioning(quantity(value, "trained_paper / accepted_paper"))
    return quantity(value, "trained_paper / mentioning_paper")


def as_if_of_mentioning(share: Any) -> Any:
    """Pass a share of accepted papers off as a share of papers that mention the dataset.

    This is the second fault of the published estimate, spelled out: the units refuse the product of
    accepted and mentioning papers, so it has to be forced to reproduce the printed numbers.
    """
    magnitude = share.to("trained_paper / accepted_paper").magnitude
    return quantity(magnitude, "trained_paper / mentioning_paper")


def runs_by_method(training_runs: Iterable[Row]) -> dict[str, dict[int, float]]:
    """Return the runs of each year by method."""
    runs: dict[str, dict[int, float]] = {}
    for row in training_runs:
        runs.setdefault(row["method"], {})[row["year"]] = row["runs"]
    return runs


def total_runs(training_runs: Iterable[Row]) -> dict[str, float]:
    """Add up the runs of each method over the years, independent of the order of the rows."""
    return {
        method: math.fsum(runs.values()) for method, runs in runs_by_method(training_runs).items()
    }
