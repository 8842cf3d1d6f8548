"""The tables of energy, emissions and other impacts, and those of the factors behind them."""

import pandas as pd
import pandera.pandas as pa

from datafootprint.literature.literature_tables import METHOD
from datafootprint.tables import Table

#: Uses of energy.
TRAINING, STORAGE = "training", "storage"
#: What savings cover, and how long a run on a subset is.
PAST, FORWARD = "past", "forward_per_year"
SAME_EPOCHS, SAME_ITERATIONS = "same_epochs", "same_iterations"
GAS_BASIS = pa.Field(isin=["co2", "co2e"], description="Gas that intensity and emissions count")
RUNS = pa.Field(ge=0, description="Training runs")
ENERGY = pa.Field(ge=0, description="Energy in kWh")
INTENSITY = pa.Field(
    ge=0, description="Carbon intensity of electricity in g/kWh (mean over the energy)"
)
EMISSIONS = pa.Field(ge=0, description="Emissions in tonnes")
PEOPLE = pa.Field(ge=0, description="Annual emissions of that many people")
CARBON_SOURCE = pa.Field(description="Where the carbon intensity comes from")


class TrainingEmissions(Table, key=["method"]):
    """Energy and emissions of all training runs."""

    method: str = METHOD
    runs: float = RUNS
    energy_kwh: float = ENERGY
    carbon_intensity_g_per_kwh: float = INTENSITY
    gas_basis: str = GAS_BASIS
    emissions_t: float = EMISSIONS
    person_equivalents: float = PEOPLE
    carbon_source: str = CARBON_SOURCE


class StorageEmissions(TrainingEmissions):
    """Energy and emissions of the stored copies."""

    storage_tb: float = pa.Field(ge=0, description="Stored data in decimal terabytes")


class CarbonIntensityByYear(Table, key=["iso3", "year"]):
    """Lifecycle carbon intensity of electricity (CO2e) by country and year."""

    iso3: str = pa.Field(description="ISO 3166-1 alpha-3 code or World")
    country: str = pa.Field(description="Name")
    year: int = pa.Field(ge=1900, le=2100, description="Calendar year")
    g_per_kwh: float = pa.Field(ge=0, description="Lifecycle CO2e in g/kWh")


class SitingByYear(Table, key=["year"]):
    """Carbon intensity of where authors are, over the world's, by year."""

    year: int = pa.Field(ge=1900, le=2100, description="Calendar year")
    ratio: float = pa.Field(gt=0, description="Mean over the papers of all venues")
    low: float = pa.Field(gt=0, description="5% quantile over the venues")
    high: float = pa.Field(gt=0, description="95% quantile over the venues")
    source: str = pa.Field(description="Source")


class PerCapitaEmissions(Table, key=["gas_basis"]):
    """Annual emissions of one person worldwide."""

    gas_basis: str = GAS_BASIS
    t_per_person: float = pa.Field(gt=0, description="Tonnes per person and year")
    year: pd.Int64Dtype = pa.Field(nullable=True, description="Year; empty if not known")
    source: str = pa.Field(description="Source")


class ImpactFactors(Table, key=["impact"]):
    """Embodied emissions and life of hardware, and water for cooling."""

    impact: str = pa.Field(
        isin=["embodied_gpu", "embodied_server_eighth", "hardware_life", "water_on_site"],
        description="What the factor is for",
    )
    low: float = pa.Field(ge=0, description="Value that gives the lowest impact, in `unit`")
    central: float = pa.Field(ge=0, description="Central value, in `unit`")
    high: float = pa.Field(ge=0, description="Value that gives the highest impact, in `unit`")
    unit: str = pa.Field(isin=["kg CO2e", "years", "L/kWh"], description="Unit of the values")
    source: str = pa.Field(description="Where the values come from")


class AdditionalImpacts(Table, key=["method", "impact"]):
    """Impacts beside the electricity; never part of the totals."""

    method: str = METHOD
    impact: str = pa.Field(
        isin=["embodied_gpu", "embodied_server_eighth", "water_training", "water_storage"],
        description="Kind of impact",
    )
    low: float = pa.Field(ge=0, description="Low case, in `unit`")
    central: float = pa.Field(ge=0, description="Central case, in `unit`")
    high: float = pa.Field(ge=0, description="High case, in `unit`")
    unit: str = pa.Field(isin=["t CO2e", "m3"], description="Unit of the values")
    source: str = pa.Field(description="Where the factors come from")


class Frugality(
    Table, key=["method", "scope", "of", "epochs", "regime", "gain_kind", "model", "adoption"]
):
    """What training on a subset would have saved and would save."""

    method: str = METHOD
    scope: str = pa.Field(
        isin=[PAST, FORWARD], description="All years, or one more year at the runs of the last"
    )
    of: str = pa.Field(isin=[TRAINING, STORAGE], description="What is saved")
    epochs: float = pa.Field(
        ge=0,
        description="Epochs per run on the full data (as_observed: relative to training.epochs); "
        "0 for storage",
    )
    regime: str = pa.Field(
        isin=[SAME_EPOCHS, SAME_ITERATIONS],
        description="Whether a run on the subset has as many epochs or iterations as on all data",
    )
    gain_kind: str = pa.Field(
        isin=["proportional", "measured", "measured_capped"],
        description="Pruned fraction, measured gain, or measured gain up to the pruned fraction",
    )
    model: str = pa.Field(description="Model whose gain was measured; empty for proportional")
    adoption: float = pa.Field(ge=0, le=1, description="Fraction of runs on the subset")
    gain: float = pa.Field(le=1, description="Fraction of the energy of a run that is saved")
    baseline_energy_kwh: float = pa.Field(ge=0, description="Energy on the full data in kWh")
    saved_energy_kwh: float = pa.Field(description="Energy saved in kWh")
    gas_basis: str = GAS_BASIS
    saved_emissions_t: float = pa.Field(description="Emissions saved in tonnes")
    saved_person_equivalents: float = pa.Field(description="Annual emissions of that many people")
