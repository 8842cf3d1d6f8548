"""The tables of energy, emissions and other impacts, and those of the factors behind them."""

import pandas as pd
import pandera.pandas as pa

from datafootprint.columns import amount, column, positive, share, year
from datafootprint.literature.literature_tables import METHOD
from datafootprint.tables import Table

#: Uses of energy.
TRAINING, STORAGE = "training", "storage"
#: What savings cover, and how long a run on a subset is.
PAST, FORWARD = "past", "forward_per_year"
SAME_EPOCHS, SAME_ITERATIONS = "same_epochs", "same_iterations"
GASES = ["co2", "co2e"]
GAS_BASIS = column("Gas that intensity and emissions count", isin=GASES)
ENERGY = amount("Energy in kWh")
INTENSITY = amount("Carbon intensity of electricity in g/kWh (mean over the energy)")
EMISSIONS = amount("Emissions in tonnes")
PEOPLE = amount("Annual emissions of that many people")
CARBON_SOURCE = column("Where the carbon intensity comes from")


class TrainingEmissions(Table, key=["method"]):
    """Energy and emissions of all training runs."""

    method: str = METHOD
    runs: float = amount("Training runs")
    energy_kwh: float = ENERGY
    carbon_intensity_g_per_kwh: float = INTENSITY
    gas_basis: str = GAS_BASIS
    emissions_t: float = EMISSIONS
    person_equivalents: float = PEOPLE
    carbon_source: str = CARBON_SOURCE


class StorageEmissions(TrainingEmissions):
    """Energy and emissions of the stored copies."""

    storage_tb: float = amount("Stored data in decimal terabytes")


class CarbonIntensityByYear(Table, key=["iso3", "year"]):
    """Lifecycle carbon intensity of electricity (CO2e) by country and year."""

    iso3: str = column("ISO 3166-1 alpha-3 code or World")
    country: str = column("Name")
    year: int = year()
    g_per_kwh: float = column("Lifecycle CO2e in g/kWh")

    @pa.check("g_per_kwh", error="0 or from 5 to 2000 (is it in kg?)")
    def _are_in_grams(cls, intensities: pd.Series) -> pd.Series:
        are_in_grams: pd.Series = (intensities == 0) | intensities.between(5, 2000)
        return are_in_grams


class SitingByYear(Table, key=["year"]):
    """Carbon intensity of where authors are, over the world's, by year."""

    year: int = year()
    ratio: float = positive("Mean over the papers of all venues")
    low: float = positive("5% quantile over the venues")
    high: float = positive("95% quantile over the venues")
    source: str = column("Source")


class PerCapitaEmissions(Table, key=["gas_basis"]):
    """Annual emissions of one person worldwide."""

    gas_basis: str = GAS_BASIS
    t_per_person: float = positive("Tonnes per person and year")
    year: pd.Int64Dtype = column("Year; empty if not known", nullable=True)
    source: str = column("Source")


class ImpactFactors(Table, key=["impact"]):
    """Embodied emissions and life of hardware, and water for cooling."""

    impact: str = column(
        "What the factor is for",
        isin=["embodied_gpu", "embodied_server_eighth", "hardware_life", "water_on_site"],
    )
    low: float = amount("Value that gives the lowest impact, in `unit`")
    central: float = amount("Central value, in `unit`")
    high: float = amount("Value that gives the highest impact, in `unit`")
    unit: str = column("Unit of the values", isin=["kg CO2e", "years", "L/kWh"])
    source: str = column("Where the values come from")


class AdditionalImpacts(Table, key=["method", "impact"]):
    """Impacts beside the electricity; never part of the totals."""

    method: str = METHOD
    impact: str = column(
        "Kind of impact",
        isin=["embodied_gpu", "embodied_server_eighth", "water_training", "water_storage"],
    )
    low: float = amount("Low case, in `unit`")
    central: float = amount("Central case, in `unit`")
    high: float = amount("High case, in `unit`")
    unit: str = column("Unit of the values", isin=["t CO2e", "m3"])
    source: str = column("Where the factors come from")


class Frugality(
    Table, key=["method", "scope", "of", "epochs", "regime", "gain_kind", "model", "adoption"]
):
    """What training on a subset would have saved and would save."""

    method: str = METHOD
    scope: str = column("All years, or one more year at the runs of the last", isin=[PAST, FORWARD])
    of: str = column("What is saved", isin=[TRAINING, STORAGE])
    epochs: float = amount(
        "Epochs per run on the full data (as_observed: relative to training.epochs); 0 for storage"
    )
    regime: str = column(
        "Whether a run on the subset has as many epochs or iterations as on all data",
        isin=[SAME_EPOCHS, SAME_ITERATIONS],
    )
    gain_kind: str = column(
        "Pruned fraction, measured gain, or measured gain up to the pruned fraction",
        isin=["proportional", "measured", "measured_capped"],
    )
    model: str = column("Model whose gain was measured; empty for proportional")
    adoption: float = share("Fraction of runs on the subset")
    gain: float = column("Fraction of the energy of a run that is saved", le=1)
    baseline_energy_kwh: float = amount("Energy on the full data in kWh")
    saved_energy_kwh: float = column("Energy saved in kWh")
    gas_basis: str = GAS_BASIS
    saved_emissions_t: float = column("Emissions saved in tonnes")
    saved_person_equivalents: float = column("Annual emissions of that many people")
