"""Training runs across the literature: publications of a year times the share of that year."""

import logging
from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.literature.methods import METHODS, Method
from datafootprint.literature.practice import (
    ObservedPractice,
    any_variant_by_year,
    bases_of,
    run_by_year,
)
from datafootprint.literature.publications import require_complete
from datafootprint.units import quantity

log = logging.getLogger(__name__)
#: A run as the paper has it (Section 3.1): one for each paper that trained.
AS_IN_PAPER = {"variant_share": 1, "runs_per_paper": 1, "epochs": 1, "observed": []}


def estimate_runs(
    projection: pd.DataFrame,
    publications: pd.DataFrame,
    training: Mapping[str, Any] = AS_IN_PAPER,
    practice: ObservedPractice | None = None,
    any_variant_years: tuple[int, ...] = (),
    is_published: bool = True,
) -> pd.DataFrame:
    """Estimate the training runs (unrounded) of each year by each method.

    Publications must be complete for every year of `projection`, which has no gap; other years of
    them are left out. Counts of `any_variant_years` are of papers that trained on any variant;
    projected years continue the mean of the observed ones. A method whose runs are observed is
    left out where no paper was read, and one that reverses the years, which is the slip of one
    paper, where the dataset has no values of that paper (`is_published`).
    """
    require_complete(publications, projection["year"])
    years = range(projection["year"].min(), projection["year"].max() + 1)
    for name, table in (("projection", projection), ("publications", publications)):
        for year in sorted(set(years) - set(table["year"])):
            raise DatafootprintError(f"{name}: there is no row for {year}.")
    shares = projection.set_index("year").reindex(years)
    counts = publications.set_index("year")["publications"].reindex(years).to_numpy()
    few = shares.index[counts < shares.get("mentioning", pd.Series(0, shares.index))]
    if len(few):
        log.warning(
            "publications of %s are fewer than the venue's own papers that mention the dataset; is "
            "a digit missing?",
            ", ".join(map(str, few)),
        )
    is_observed = shares.get("kind", pd.Series("observed", shares.index)) == "observed"
    any_variant = any_variant_by_year(is_observed, any_variant_years)
    tables = []
    for name, method in METHODS.items():
        if (method.is_observed and practice is None) or (
            method.years_reversed and not is_published
        ):
            continue
        applied = method_share(method, shares)
        run = run_by_year(
            training, practice, bases_of(training, method.is_observed), years, any_variant
        )
        trained = applied * quantity(counts, "mentioning_paper")
        papers = trained * run["variant_share"].to_numpy()
        runs = papers * quantity(run["runs_per_paper"].to_numpy(), "run / trained_paper")
        columns = {
            "trained_share": applied.magnitude,
            "papers": papers.to("trained_paper").magnitude,
            "runs": runs.to("run").magnitude,
        }
        table = run.reset_index(drop=True).assign(**columns)
        tables.append(table.assign(method=name, year=list(years), publications=counts))
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


def runs_by_method(training_runs: pd.DataFrame, column: str = "runs") -> pd.DataFrame:
    """Return the runs, or another column, with a row per year and a column per method."""
    wide = training_runs.pivot(index="year", columns="method", values=column)
    return wide[training_runs["method"].unique()]


def counted_years(training_runs: pd.DataFrame) -> list[int]:
    """Return the years with publications (of a venue alone: those counted); all if none has any."""
    years = training_runs.loc[training_runs["publications"] > 0, "year"]
    return sorted({*(years if len(years) else training_runs["year"])})


def total_runs(training_runs: pd.DataFrame) -> dict[str, float]:
    """Add up the runs of each method over the years."""
    return {str(method): total for method, total in runs_by_method(training_runs).sum().items()}
