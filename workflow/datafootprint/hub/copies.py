"""Energy and emissions of the copies on the Hub, and their downloads beside the training runs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import CarbonIntensity
from datafootprint.footprint.emissions import storage_energy
from datafootprint.legacy_tables import Row
from datafootprint.literature.runs import total_runs
from datafootprint.units import quantity

REPORTED, FULL_COPY = "reported", "one_full_copy_each"


def retrieval_year(counts: Iterable[Row]) -> int:
    """Return the year in which the copies were counted, for whose electricity they are charged."""
    return max(int(row["retrieved"][:4]) for row in counts)


def estimate_copies(
    counts: Sequence[Row],
    storage: Mapping[str, Any],
    size_gb: float,
    dataset_variant: str,
    intensity: CarbonIntensity,
) -> list[Row]:
    """Estimate what keeping the copies consumes.

    Parameters
    ----------
    counts : rows
        The table `hub_counts`.
    storage : mapping
        kwh_per_tb_year, years.
    size_gb : float
        Size of the dataset in decimal gigabytes.
    dataset_variant : str
        The variant that is the dataset itself. Where no sizes are known, as in the paper, each of
        its copies is taken to be one full copy (marked in `size_basis`), though identifiers also
        name excerpts. Other variants without sizes have no energy.
    intensity : CarbonIntensity
        For the year of `retrieval_year`.

    Returns
    -------
    list of dict
        The columns of the table `hub_copies`; energy is size x kWh/TB/year x years, emissions are
        energy x carbon intensity, as for the copies of the training runs.
    """
    year = retrieval_year(counts)
    g_per_kwh = intensity.g_per_kwh[year]
    rows = []
    for row in counts:
        kept: Row = dict.fromkeys(("size_basis", "storage_tb", "energy_kwh", "emissions_t"))
        stored = None
        if row["stored_bytes"] is not None:
            stored, kept["size_basis"] = quantity(row["stored_bytes"], "byte"), REPORTED
        elif row["variant"] == dataset_variant:
            stored = quantity(row["datasets"], "copy") * quantity(size_gb, "GB / copy")
            kept["size_basis"] = FULL_COPY
        if stored is not None:
            kept["storage_tb"] = stored.to("TB").magnitude
            kept["energy_kwh"] = storage_energy(stored, storage).to("kWh").magnitude
            kept["emissions_t"] = intensity.emitted(kept["energy_kwh"], g_per_kwh).magnitude
        rows.append(
            {
                **row,
                **kept,
                "carbon_intensity_g_per_kwh": g_per_kwh,
                "gas_basis": intensity.gas_basis,
                "carbon_source": intensity.source,
            }
        )
    return rows


def downloads_per_run(
    counts: Sequence[Row], training_runs: Iterable[Row], dataset_variant: str
) -> list[Row]:
    """Divide the downloads of the dataset's copies by the training runs of each method.

    Parameters
    ----------
    counts : rows
        The table `hub_counts`.
    training_runs : rows
        The table `training_runs`.
    dataset_variant : str
        The variant whose downloads are meant.

    Returns
    -------
    list of dict
        The columns of the table `hub_downloads_per_run`: a row for each method and each window of
        downloads that is known.

    Raises
    ------
    DatafootprintError
        If no copy of that variant was counted.
    """
    own = [row for row in counts if row["variant"] == dataset_variant]
    if not own:
        raise DatafootprintError(
            f"hub: no dataset of the variant {dataset_variant!r} (hub.dataset_variant); there are "
            f"{', '.join(sorted({row['variant'] for row in counts}))}."
        )
    downloads: dict[str, int] = {}
    for row in own:
        for window, column in (
            (row["downloads_window"], "downloads"),
            ("all_time", "downloads_all_time"),
        ):
            if row[column] is not None:
                downloads[window] = downloads.get(window, 0) + row[column]
    return [
        {
            "method": method,
            "downloads_window": window,
            "variant": dataset_variant,
            "datasets": sum(row["datasets"] for row in own),
            "downloads": count,
            "runs": runs,
            "downloads_per_run": count / runs if runs else None,
        }
        for method, runs in total_runs(training_runs).items()
        for window, count in downloads.items()
    ]
