"""Training runs across the literature: publications of a year times the share of that year."""

from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.literature.methods import METHODS, Method
from datafootprint.literature.publications import require_complete
from datafootprint.units import quantity

#: The paper counts one training run for each paper that trained (Section 3.1).
RUNS_PER_PAPER = quantity(1, "run / trained_paper")


def estimate_runs(projection: pd.DataFrame, publications: pd.DataFrame) -> pd.DataFrame:
    """Estimate the training runs (unrounded) of each year by each method.

    Publications must be complete for every year of `projection`, which has no gap; other years of
    them are left out.
    """
    require_complete(publications, projection["year"])
    years = range(projection["year"].min(), projection["year"].max() + 1)
    for name, table in (("projection", projection), ("publications", publications)):
        for year in sorted(set(years) - set(table["year"])):
            raise DatafootprintError(f"{name}: there is no row for {year}.")
    shares = projection.set_index("year").reindex(years)
    counts = publications.set_index("year")["publications"].reindex(years).to_numpy()
    tables = []
    for name, method in METHODS.items():
        applied = method_share(method, shares)
        runs = applied * quantity(counts, "mentioning_paper") * RUNS_PER_PAPER
        columns = {"trained_share": applied.magnitude, "runs": runs.to("run").magnitude}
        tables.append(
            pd.DataFrame({"method": name, "year": years, "publications": counts, **columns})
        )
    return pd.concat(tables, ignore_index=True)


def method_share(method: Method, shares: pd.DataFrame) -> Any:
    """Return the shares that `method` applies to the publications of each year, with their unit."""
    applied = method.applied(shares[method.share])
    if method.share == "trained_share":
        return as_if_of_mentioning(quantity(applied, "trained_paper / accepted_paper"))
    return quantity(applied, "trained_paper / mentioning_paper")


def as_if_of_mentioning(share: Any) -> Any:
    """Treat a share of accepted papers as a share of papers that mention the dataset.

    This is the second fault of the published estimate: the units refuse the product of accepted and
    mentioning papers, so it has to be forced to reproduce the printed numbers.
    """
    magnitude = share.to("trained_paper / accepted_paper").magnitude
    return quantity(magnitude, "trained_paper / mentioning_paper")


def runs_by_method(training_runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs with a row per year and a column per method."""
    wide = training_runs.pivot_table("runs", "year", "method", aggfunc="sum")
    return wide[training_runs["method"].unique()]


def total_runs(training_runs: pd.DataFrame) -> dict[str, float]:
    """Add up the runs of each method over the years."""
    return {str(method): total for method, total in runs_by_method(training_runs).sum().items()}
