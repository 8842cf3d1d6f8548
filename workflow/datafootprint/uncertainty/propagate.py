"""Monte Carlo from the shares to tonnes, in three nested tiers.

T1 sampling of the papers and projection; T2 also what the measurement adds; T3 also structural
assumptions, which makes it a range of scenarios and not a confidence interval.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.footprint.carbon import Grid
from datafootprint.footprint.emissions import Footprint, consumed
from datafootprint.literature.methods import METHODS
from datafootprint.tables import table_of
from datafootprint.uncertainty.chain import (
    APPLIED_SHARES,
    OF_PAPERS,
    OF_TRAINING_ENERGY,
    Inputs,
    Sources,
    at_tier,
    draw_sources,
    measured_shares,
    product,
    runs_by_year,
)
from datafootprint.uncertainty.draws import Array
from datafootprint.uncertainty.priors import Tier
from datafootprint.uncertainty.uncertainty_tables import (
    QUANTITIES,
    STORAGE,
    TRAINING,
    Uncertainty,
)

QUANTILES = (0.025, 0.5, 0.975)


def propagate_uncertainty(
    inputs: Inputs, training_runs: pd.DataFrame, footprint: Footprint, draws: int, seed: int
) -> pd.DataFrame:
    """Draw the estimate many times and report the quantiles: the table `Uncertainty`.

    A draw is a difference to the point estimate of `training_runs`, so that draws without variance
    give the point estimate to the last digit.
    """
    drawn = {share: draw_sources(inputs, share, draws, seed) for share in APPLIED_SHARES}
    estimates = {
        (use, by_world): estimate(training_runs, grid).set_index("method")
        for by_world, grid in _grids(footprint)
        for use, estimate in ((TRAINING, footprint.of_training), (STORAGE, footprint.of_storage))
    }
    rows = []
    for method, chosen in METHODS.items():
        own = training_runs[training_runs["method"] == method].sort_values("year")
        points = {key: table.loc[method] for key, table in estimates.items()}
        for tier in Tier:
            sources = at_tier(drawn[chosen.share], tier)
            shares = measured_shares(inputs, sources, chosen.share)
            runs = runs_by_year(inputs, sources, chosen, shares)
            values = _drawn_columns(own, points, runs, sources, footprint)
            for name, quantity in QUANTITIES.items():
                key = (quantity.use, quantity.by_world)
                if key in points:
                    gas_basis = points[key]["gas_basis"] if quantity.has_gas else None
                    quantiles = np.quantile(values[key][quantity.column], QUANTILES)
                    point = points[key][quantity.column]
                    rows.append((method, tier, tier.meaning, name, gas_basis, point, *quantiles))
    return table_of(rows, Uncertainty)


def _grids(footprint: Footprint) -> list[tuple[bool, Grid]]:
    """List the grids that are charged, and whether each is the world's."""
    grids = [(False, footprint.configured)]
    return [*grids, (True, footprint.world)] if footprint.world else grids


def _drawn_columns(
    own: pd.DataFrame,
    points: Mapping[tuple[str, bool], Any],
    runs: Array,
    sources: Sources,
    footprint: Footprint,
) -> dict[tuple[str, bool], dict[str, Array]]:
    """Return the draws of each column of the point estimates, each of shape (draws,).

    A storing group keeps its copy once, however many runs it does: runs per paper do not multiply
    it.
    """
    own_runs, point_runs = own[["runs"]].to_numpy(), points[TRAINING, False]["runs"]
    papers = point_runs + (runs - own_runs).sum(axis=0)
    # Of a world without runs the differences leave a rest of rounding, of either sign.
    papers = np.where(runs.sum(axis=0) > 0, np.maximum(papers, 0.0), 0.0)
    excess = runs / np.where(papers > 0, papers, 1.0) - own_runs / (point_runs or 1.0)
    papers = papers * product(sources, OF_PAPERS)
    total = papers * sources["runs_per_paper"]
    amounts = {
        TRAINING: total * product(sources, OF_TRAINING_ENERGY),
        STORAGE: papers * sources["storage_kwh_per_tb_year"],
    }
    energy_per_run = {
        TRAINING: footprint.training_energy_per_run,
        STORAGE: footprint.storage_energy_per_run,
    }
    values = {}
    for by_world, grid in _grids(footprint):
        # As a difference to the point estimate, which draws without variance repeat exactly.
        g_per_kwh = points[TRAINING, by_world]["carbon_intensity_g_per_kwh"]
        by_year = own["year"].map(grid.intensity.g_per_kwh).to_numpy()
        if len(set(by_year)) > 1:
            g_per_kwh = np.maximum(g_per_kwh + (excess * by_year[:, None]).sum(axis=0), 0.0)
        g_per_kwh = g_per_kwh * sources["carbon_intensity"]
        for use, amount in amounts.items():
            found = consumed(amount, g_per_kwh, energy_per_run[use], grid)
            values[use, by_world] = {"runs": total, **found}
    return values
