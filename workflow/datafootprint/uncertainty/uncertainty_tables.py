"""The tables of the uncertainty: quantiles, sensitivity, and what to observe next."""

from dataclasses import dataclass

import pandera.pandas as pa

from datafootprint.literature.literature_tables import METHOD
from datafootprint.tables import Table
from datafootprint.uncertainty.priors import Tier

#: Tiers whose sources are ranked: without the measurement there is nothing to rank.
RANKED_TIERS = [Tier.MEASUREMENT, Tier.STRUCTURE]
#: Uses of energy, each with a table of the stage footprint.
TRAINING, STORAGE = "training", "storage"


@dataclass(frozen=True)
class Quantity:
    """A quantity of the table `Uncertainty`."""

    use: str  # names the table of the stage footprint
    column: str  # its column in that table
    #: With the world's lifecycle intensity of each run's year, not with the configured one.
    by_world: bool = False

    @property
    def has_gas(self) -> bool:
        """Whether it counts a gas, and not runs or energy."""
        return self.column in ("emissions_t", "person_equivalents")


#: A new quantity is one more entry.
QUANTITIES = {
    "runs": Quantity(TRAINING, "runs"),
    "training_energy_kwh": Quantity(TRAINING, "energy_kwh"),
    "training_emissions_t": Quantity(TRAINING, "emissions_t"),
    "training_person_equivalents": Quantity(TRAINING, "person_equivalents"),
    "training_emissions_world_by_year_t": Quantity(TRAINING, "emissions_t", by_world=True),
    "storage_energy_kwh": Quantity(STORAGE, "energy_kwh"),
    "storage_emissions_t": Quantity(STORAGE, "emissions_t"),
    "storage_person_equivalents": Quantity(STORAGE, "person_equivalents"),
    "storage_emissions_world_by_year_t": Quantity(STORAGE, "emissions_t", by_world=True),
}


class Uncertainty(Table):
    """Quantiles of the Monte Carlo by method, tier and quantity."""

    method: str = METHOD
    tier: str = pa.Field(
        isin=list(Tier),
        description="T1 sampling and projection; T2 also measurement; T3 also structure",
    )
    tier_meaning: str = pa.Field(
        isin=sorted({tier.meaning for tier in Tier}),
        description="T3 is a range of scenarios and not a confidence interval",
    )
    quantity: str = pa.Field(
        isin=list(QUANTITIES),
        description="runs, kWh, tonnes of the gas, or the annual emissions of that many people",
    )
    gas_basis: str = pa.Field(
        isin=["co2", "co2e"], nullable=True, description="Gas; empty for runs and energy"
    )
    point: float = pa.Field(ge=0, description="Point estimate in the unit of the quantity")
    p2_5: float = pa.Field(ge=0, description="2.5% quantile in the unit of the quantity")
    p50: float = pa.Field(ge=0, description="Median in the unit of the quantity")
    p97_5: float = pa.Field(ge=0, description="97.5% quantile in the unit of the quantity")

    class Config:
        unique = ["method", "tier", "quantity"]


class Sensitivity(Table):
    """How much each source of uncertainty moves the tonnes of the training runs."""

    method: str = METHOD
    tier: str = pa.Field(
        isin=RANKED_TIERS, description="Sources of this tier and of those below take part"
    )
    source: str = pa.Field(
        description="Key of uncertainty.priors, or audit: the error of audited counts"
    )
    swing_low: float = pa.Field(
        ge=0,
        description="Ratio of the tonnes to the median with this source at its 2.5% quantile and "
        "the others at their medians",
    )
    swing_high: float = pa.Field(ge=0, description="The same at its 97.5% quantile")
    first_order: float = pa.Field(description="First-order Sobol index of the log of the tonnes")
    first_order_error: float = pa.Field(
        ge=0, description="Half-width of its 95% bootstrap interval"
    )
    total: float = pa.Field(description="Total Sobol index of the log of the tonnes")
    total_error: float = pa.Field(ge=0, description="Half-width of its 95% bootstrap interval")

    class Config:
        unique = ["method", "tier", "source"]


class NextObservation(Table):
    """How much narrower the interval would be after a further observation."""

    method: str = METHOD
    action: str = pa.Field(description="What would be observed")
    effort: int = pa.Field(ge=0, description="Papers to read, or runs to measure")
    half_width_now: float = pa.Field(
        ge=0, description="Half the T2 interval of the training tonnes over their median"
    )
    half_width_then: float = pa.Field(
        ge=0, description="The same with the observation at its expected outcome"
    )
    reduction: float = pa.Field(description="1 - half_width_then / half_width_now")

    class Config:
        unique = ["method", "action"]
