"""The tables of this stage. Bytes are numbers with 15 digits, since the whole Hub has many."""

import pandas as pd
import pandera.pandas as pa

from datafootprint.footprint.footprint_tables import CARBON_SOURCE, GAS_BASIS
from datafootprint.literature.literature_tables import METHOD
from datafootprint.tables import Table

MOST = 10**9
FLOOR_NOTE = "dated 2022-03-02, the date that the Hub gives to everything older"
LAST_30_DAYS, ALL_TIME, NOT_STATED = "last_30_days", "all_time", "not_stated"
REPORTED, FULL_COPY = "reported", "one_full_copy_each"
#: Only some of the datasets have a size: the others are full copies, or are left out.
PARTLY_ESTIMATED, PARTLY_REPORTED = "partly_estimated", "partly_reported"


class HubDatasets(Table, key=["dataset"]):
    """Datasets that a search on the Hub finds."""

    dataset: str = pa.Field(description="Identifier of the dataset")
    created: str = pa.Field(
        str_matches=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}", description="Time of creation on the Hub (UTC)"
    )
    downloads: pd.Int64Dtype = pa.Field(
        ge=0, nullable=True, description="Downloads in the last 30 days; empty if not given"
    )
    downloads_all_time: pd.Int64Dtype = pa.Field(
        ge=0, nullable=True, description="Downloads since creation; empty if not given"
    )
    stored_bytes: float = pa.Field(
        ge=0,
        nullable=True,
        description="Bytes stored, or else of the main branch; empty if not given",
    )
    gated: bool = pa.Field(description="Whether a form or an approval comes before the download")


class HubCounts(Table, key=["created_year", "variant"]):
    """Datasets on the Hub by year of creation and variant."""

    created_year: pd.Int64Dtype = pa.Field(
        ge=2000,
        le=2100,
        nullable=True,
        description="Year of creation on the Hub; 2022 includes what is older; empty if not known",
    )
    variant: str = pa.Field(description="First variant whose pattern occurs in the identifier")
    complete: pd.BooleanDtype = pa.Field(
        nullable=True,
        description="Whether the year was over on the date of retrieval; empty without a year",
    )
    datasets: int = pa.Field(ge=0, le=MOST, description="Datasets")
    datasets_at_floor: pd.Int64Dtype = pa.Field(
        ge=0, le=MOST, nullable=True, description=f"Datasets {FLOOR_NOTE}"
    )
    gated: pd.Int64Dtype = pa.Field(
        ge=0, le=MOST, nullable=True, description="Datasets behind a form or an approval"
    )
    downloads: pd.Int64Dtype = pa.Field(
        ge=0,
        nullable=True,
        description="Downloads in the window that `downloads_window` names; empty if not known",
    )
    downloads_window: str = pa.Field(
        isin=[NOT_STATED, LAST_30_DAYS], description="Time that `downloads` covers"
    )
    downloads_all_time: pd.Int64Dtype = pa.Field(
        ge=0, nullable=True, description="Downloads since creation; empty if not known"
    )
    stored_bytes: float = pa.Field(
        ge=0,
        nullable=True,
        description="Bytes stored by the datasets that give a size; empty if none does",
    )
    datasets_with_size: pd.Int64Dtype = pa.Field(
        ge=0, le=MOST, nullable=True, description="Datasets that give a size"
    )
    retrieved: str = pa.Field(
        str_matches=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="Date of the listing (UTC)"
    )
    source: str = pa.Field(description="Where the counts come from")


class HubCopies(HubCounts):
    """Energy and emissions of the copies on the Hub."""

    size_basis: str = pa.Field(
        isin=[REPORTED, PARTLY_REPORTED, PARTLY_ESTIMATED, FULL_COPY],
        nullable=True,
        description="Where the size comes from: the Hub; the Hub for those with one; that, and the "
        "size of the dataset for each other copy; that size for each copy; empty if not known",
    )
    storage_tb: float = pa.Field(
        ge=0, nullable=True, description="Stored data in decimal terabytes; empty if not known"
    )
    energy_kwh: float = pa.Field(
        ge=0,
        nullable=True,
        description="Energy in kWh to keep it for the configured years; empty if not known",
    )
    carbon_intensity_g_per_kwh: float = pa.Field(
        ge=0, description="Carbon intensity of electricity in g/kWh in the year of retrieval"
    )
    gas_basis: str = GAS_BASIS
    emissions_t: float = pa.Field(
        ge=0, nullable=True, description="Emissions in tonnes; empty if not known"
    )
    carbon_source: str = CARBON_SOURCE


class HubGrowth(Table, key=["created_year"]):
    """Growth of the listed part of the Hub."""

    created_year: int = pa.Field(ge=2000, le=2100, description="Year of creation on the Hub")
    complete: bool = pa.Field(description="Whether the year was over on the date of retrieval")
    datasets: int = pa.Field(ge=0, le=MOST, description="Datasets created in the year")
    datasets_at_floor: int = pa.Field(ge=0, le=MOST, description=f"Those {FLOOR_NOTE}")
    growth: float = pa.Field(
        nullable=True,
        description="Datasets over those of the year before, less 1; empty unless both are whole "
        "years",
    )
    datasets_so_far: int = pa.Field(
        ge=0, le=MOST, description="Datasets created up to the end of the year"
    )
    stored_bytes: float = pa.Field(
        ge=0, description="Bytes stored by the datasets of the year that give a size"
    )
    stored_bytes_so_far: float = pa.Field(ge=0, description="The same for all years up to this one")
    datasets_with_size: int = pa.Field(
        ge=0, le=MOST, description="Datasets of the year that give a size"
    )


class HubDownloadsPerRun(Table, key=["method", "downloads_window"]):
    """Downloads of the copies beside the training runs."""

    method: str = METHOD
    downloads_window: str = pa.Field(
        isin=[NOT_STATED, LAST_30_DAYS, ALL_TIME], description="Time that the downloads cover"
    )
    variant: str = pa.Field(description="Variant whose copies are counted")
    datasets: int = pa.Field(ge=0, le=MOST, description="Datasets of that variant")
    downloads: int = pa.Field(ge=0, description="Downloads of these datasets")
    runs: float = pa.Field(ge=0, description="Estimated training runs")
    downloads_per_run: float = pa.Field(
        ge=0, nullable=True, description="Downloads over runs; empty if there are no runs"
    )
