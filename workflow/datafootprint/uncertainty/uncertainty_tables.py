"""The tables of the uncertainty: quantiles, sensitivity, and what to observe next."""

import pandera.pandas as pa

from datafootprint.footprint.footprint_tables import STORAGE, TRAINING
from datafootprint.literature.literature_tables import METHOD
from datafootprint.tables import Table
from datafootprint.uncertainty.priors import Tier

#: Tiers whose sources are ranked: without the measurement there is nothing to rank.
RANKED_TIERS = [Tier.MEASURED, Tier.ASSUMED]
#: What a step of the bridge rests on.
COUNTED, MEASURED, ASSUMED = "counted", "measured", "assumed"


#: Quantities whose draws are reported. Those `world_by_year` are with the world's lifecycle
#: intensity of each run's year, not with the configured one.
_OF_USE = ["energy_kwh", "emissions_t", "person_equivalents", "emissions_world_by_year_t"]
QUANTITIES = ["runs", *(f"{use}_{name}" for use in (TRAINING, STORAGE) for name in _OF_USE)]


class Uncertainty(Table, key=["method", "tier", "quantity"]):
    """Quantiles of the Monte Carlo by method, tier and quantity."""

    method: str = METHOD
    tier: str = pa.Field(isin=list(Tier), description="T1 statistical, T2 measured, T3 assumed")
    tier_meaning: str = pa.Field(description="What its ranges are; only T1 is an interval")
    quantity: str = pa.Field(isin=QUANTITIES, description="Quantity, with its unit")
    gas_basis: str = pa.Field(
        isin=["co2", "co2e"], nullable=True, description="Gas; empty for runs and energy"
    )
    point: float = pa.Field(ge=0, description="Point estimate in the unit of the quantity")
    p2_5: float = pa.Field(ge=0, description="2.5% quantile in the unit of the quantity")
    p50: float = pa.Field(ge=0, description="Median in the unit of the quantity")
    p97_5: float = pa.Field(ge=0, description="97.5% quantile in the unit of the quantity")


class Sensitivity(Table, key=["method", "tier", "source"]):
    """How much each source of uncertainty moves the tonnes of the training runs."""

    method: str = METHOD
    tier: str = pa.Field(
        isin=RANKED_TIERS, description="Sources of this tier and of those below take part"
    )
    source: str = pa.Field(
        description="Key of uncertainty.priors, or `labels: <classifier>` (the errors of its "
        "labels; `labels: audit`: of audited counts)"
    )
    swing_low: float = pa.Field(
        ge=0, description="2.5% quantile of the tonnes over the median if this source alone varies"
    )
    swing_high: float = pa.Field(ge=0, description="97.5% quantile of the same")
    first_order: float = pa.Field(description="First-order Sobol index of the log of the tonnes")
    total: float = pa.Field(description="Total Sobol index of the log of the tonnes")


class NextObservation(Table, key=["method", "action"]):
    """How much narrower the interval would be after a further observation."""

    method: str = METHOD
    action: str = pa.Field(description="What would be observed")
    effort: int = pa.Field(ge=0, description="Papers to read, or runs to measure")
    half_width_now: float = pa.Field(ge=0, description="Half the range of the tonnes / median")
    half_width_then: float = pa.Field(ge=0, description="The same at its expected outcome")
    reduction: float = pa.Field(ge=0, description="1 - half_width_then / half_width_now")
    tier: str = pa.Field(isin=RANKED_TIERS, description="Tier whose range it is")


class LabelErrors(Table, key=["classifier"]):
    """How a classifier labelled papers whose use is known, and to which it was not fitted."""

    classifier: str = pa.Field(description="Classifier")
    positives: int = pa.Field(ge=0, description="Papers that trained on the dataset")
    found: int = pa.Field(ge=0, description="Those of them labelled so")
    negatives: int = pa.Field(ge=0, description="Other papers")
    refused: int = pa.Field(ge=0, description="Those of them not labelled so")
    source: str = pa.Field(description="Which papers")


class Bridge(Table, key=["order"]):
    """From the published estimate to the observed one, a step at a time."""

    order: int = pa.Field(ge=1, description="Number of the step")
    step: str = pa.Field(description="What the step changes")
    method: str = pa.Field(nullable=True, description="Method whose point estimate is reached")
    factor: float = pa.Field(ge=0, nullable=True, description="Emissions after over before it")
    factor_low: float = pa.Field(ge=0, nullable=True, description="2.5% quantile, if not counted")
    factor_high: float = pa.Field(ge=0, nullable=True, description="97.5% quantile")
    emissions_t: float = pa.Field(ge=0, description="Training emissions after the step in tonnes")
    gas_basis: str = pa.Field(isin=["co2", "co2e"], description="Gas that the tonnes count")
    evidence: str = pa.Field(isin=[COUNTED, MEASURED, ASSUMED], description="What it rests on")
    source: str = pa.Field(description="Where the factor comes from")
