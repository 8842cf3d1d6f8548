"""Energy and emissions of the copies on the Hub, and their downloads beside the training runs."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import Grid
from datafootprint.footprint.emissions import storage_energy
from datafootprint.hub.hub_tables import (
    ALL_TIME,
    FULL_COPY,
    PARTLY_ESTIMATED,
    PARTLY_REPORTED,
    REPORTED,
)
from datafootprint.literature.runs import total_runs
from datafootprint.units import quantity

log = logging.getLogger(__name__)


def retrieval_year(counts: pd.DataFrame) -> int:
    """Return the year in which the copies were counted, for whose electricity they are charged."""
    return int(counts["retrieved"].max()[:4])


def estimate_copies(
    counts: pd.DataFrame,
    storage: Mapping[str, Any],
    size_gb: float,
    dataset_variant: str,
    intensity: Grid,
) -> pd.DataFrame:
    """Estimate what keeping the copies of `hub_counts` consumes: the table `hub_copies`.

    Energy is size x kWh/TB/year x years. A copy of `dataset_variant`, the dataset itself, without a
    size is taken to be one full copy of `size_gb` (as in the paper, and marked in `size_basis`),
    though identifiers also name excerpts. Datasets of other variants without a size have no energy.
    `intensity` must have the year of `retrieval_year`.
    """
    g_per_kwh = intensity.g_per_kwh[retrieval_year(counts)]
    reported = counts["stored_bytes"].notna()
    sized = counts["datasets_with_size"].fillna(counts["datasets"]).where(reported, 0)
    unsized = counts["datasets"] - sized
    estimated = (counts["variant"] == dataset_variant) & (unsized > 0)
    listed = quantity(counts["stored_bytes"].fillna(0).to_numpy(dtype=float), "byte")
    copies = quantity(unsized.where(estimated, 0).to_numpy(dtype=float), "copy")
    stored = listed.to("TB") + (copies * quantity(size_gb, "GB / copy")).to("TB")
    stored[~(reported | estimated).to_numpy(dtype=bool)] = quantity(np.nan, "TB")
    partly = estimated & reported
    kinds = [partly, estimated, reported & (unsized > 0), reported]
    names = [PARTLY_ESTIMATED, FULL_COPY, PARTLY_REPORTED, REPORTED]
    if partly.any():
        log.warning(
            "Hub: %d of %d copies of %s have no size and are taken for %g GB each.",
            *(unsized[partly].sum(), counts["datasets"][partly].sum(), dataset_variant, size_gb),
        )
    energy_kwh = storage_energy(stored, storage).to("kWh").magnitude
    return counts.assign(
        size_basis=np.select(kinds, names, ""),
        storage_tb=stored.magnitude,
        energy_kwh=energy_kwh,
        emissions_t=intensity.tonnes(energy_kwh, g_per_kwh).magnitude,
        carbon_intensity_g_per_kwh=g_per_kwh,
        gas_basis=intensity.gas_basis,
        carbon_source=intensity.source,
    )


def downloads_per_run(
    counts: pd.DataFrame, training_runs: pd.DataFrame, dataset_variant: str
) -> pd.DataFrame:
    """Divide the downloads of the copies of a variant by the training runs of each method.

    Returns the table `hub_downloads_per_run`, for each window of downloads that is known.
    """
    own = counts[counts["variant"] == dataset_variant]
    if own.empty:
        raise DatafootprintError(
            f"hub: no dataset of the variant {dataset_variant!r} (hub.dataset_variant); there are "
            f"{', '.join(sorted(set(counts['variant'])))}."
        )
    windows = own.groupby("downloads_window")["downloads"].sum(min_count=1)
    windows[ALL_TIME] = own["downloads_all_time"].sum(min_count=1)
    table = pd.DataFrame(total_runs(training_runs).items(), columns=["method", "runs"])
    table = table.merge(windows.dropna().rename("downloads").reset_index(), "cross")
    return table.assign(
        variant=dataset_variant,
        datasets=own["datasets"].sum(),
        downloads_per_run=(table["downloads"] / table["runs"]).where(table["runs"] > 0),
    )
