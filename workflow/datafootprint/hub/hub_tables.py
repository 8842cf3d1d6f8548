"""The tables of this stage. Bytes are numbers with 15 digits, since the whole Hub has many."""

import pandas as pd

from datafootprint.columns import amount, column, count
from datafootprint.footprint.footprint_tables import CARBON_SOURCE, GAS_BASIS
from datafootprint.literature.literature_tables import METHOD
from datafootprint.tables import Table

FLOOR_NOTE = "dated 2022-03-02, the date that the Hub gives to everything older"
LAST_30_DAYS, ALL_TIME, NOT_STATED = "last_30_days", "all_time", "not_stated"
REPORTED, FULL_COPY = "reported", "one_full_copy_each"
#: Only some of the datasets have a size: the others are full copies, or are left out.
PARTLY_ESTIMATED, PARTLY_REPORTED = "partly_estimated", "partly_reported"
CREATED = {"ge": 2000, "le": 2100}


class HubDatasets(Table, key=["dataset"]):
    """Datasets that a search on the Hub finds."""

    dataset: str = column("Identifier of the dataset")
    created: str = column(
        "Time of creation on the Hub (UTC)", str_matches=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    )
    downloads: pd.Int64Dtype = amount("Downloads in the last 30 days; empty if not given")
    downloads_all_time: pd.Int64Dtype = amount("Downloads since creation; empty if not given")
    stored_bytes: float = amount(
        "Bytes stored, or else of the main branch; empty if not given", nullable=True
    )
    gated: bool = column("Whether a form or an approval comes before the download")


class HubCounts(Table, key=["created_year", "variant"]):
    """Datasets on the Hub by year of creation and variant."""

    created_year: pd.Int64Dtype = column(
        "Year of creation on the Hub; 2022 includes what is older; empty if not known", **CREATED
    )
    variant: str = column("First variant whose pattern occurs in the identifier")
    complete: pd.BooleanDtype = column(
        "Whether the year was over on the date of retrieval; empty without a year"
    )
    datasets: int = count("Datasets")
    datasets_at_floor: pd.Int64Dtype = count(f"Datasets {FLOOR_NOTE}")
    gated: pd.Int64Dtype = count("Datasets behind a form or an approval")
    downloads: pd.Int64Dtype = amount(
        "Downloads in the window that `downloads_window` names; empty if not known"
    )
    downloads_window: str = column("Time that `downloads` covers", isin=[NOT_STATED, LAST_30_DAYS])
    downloads_all_time: pd.Int64Dtype = amount("Downloads since creation; empty if not known")
    stored_bytes: float = amount(
        "Bytes stored by the datasets that give a size; empty if none does", nullable=True
    )
    datasets_with_size: pd.Int64Dtype = count("Datasets that give a size")
    retrieved: str = column(
        "Date of the listing (UTC)", str_matches=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    )
    source: str = column("Where the counts come from")


class HubCopies(HubCounts):
    """Energy and emissions of the copies on the Hub."""

    size_basis: str = column(
        "Where the size comes from: the Hub; the Hub for those with one; that, and the "
        "size of the dataset for each other copy; that size for each copy; empty if not known",
        isin=[REPORTED, PARTLY_REPORTED, PARTLY_ESTIMATED, FULL_COPY],
        nullable=True,
    )
    storage_tb: float = amount(
        "Stored data in decimal terabytes; empty if not known", nullable=True
    )
    energy_kwh: float = amount(
        "Energy in kWh to keep it for the configured years; empty if not known", nullable=True
    )
    carbon_intensity_g_per_kwh: float = amount(
        "Carbon intensity of electricity in g/kWh in the year of retrieval"
    )
    gas_basis: str = GAS_BASIS
    emissions_t: float = amount("Emissions in tonnes; empty if not known", nullable=True)
    carbon_source: str = CARBON_SOURCE


class HubGrowth(Table, key=["created_year"]):
    """Growth of the listed part of the Hub."""

    created_year: int = column("Year of creation on the Hub", **CREATED)
    complete: bool = column("Whether the year was over on the date of retrieval")
    datasets: int = count("Datasets created in the year")
    datasets_at_floor: int = count(f"Those {FLOOR_NOTE}")
    growth: float = column(
        "Datasets over those of the year before, less 1; empty unless both are whole years",
        nullable=True,
    )
    datasets_so_far: int = count("Datasets created up to the end of the year")
    stored_bytes: float = amount("Bytes stored by the datasets of the year that give a size")
    stored_bytes_so_far: float = amount("The same for all years up to this one")
    datasets_with_size: int = count("Datasets of the year that give a size")


class HubDownloadsPerRun(Table, key=["method", "downloads_window"]):
    """Downloads of the copies beside the training runs."""

    method: str = METHOD
    downloads_window: str = column(
        "Time that the downloads cover", isin=[NOT_STATED, LAST_30_DAYS, ALL_TIME]
    )
    variant: str = column("Variant whose copies are counted")
    datasets: int = count("Datasets of that variant")
    downloads: int = amount("Downloads of these datasets")
    runs: float = amount("Estimated training runs")
    downloads_per_run: float = amount(
        "Downloads over runs; empty if there are no runs", nullable=True
    )
