"""The tables of the uncertainty: quantiles, sensitivity, and what to observe next."""

from datafootprint.columns import amount, column, count
from datafootprint.footprint.footprint_tables import GASES, STORAGE, TRAINING
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
    tier: str = column("T1 statistical, T2 measured, T3 assumed", isin=list(Tier))
    tier_meaning: str = column("What its ranges are; only T1 is an interval")
    quantity: str = column("Quantity, with its unit", isin=QUANTITIES)
    gas_basis: str = column("Gas; empty for runs and energy", isin=GASES, nullable=True)
    point: float = amount("Point estimate in the unit of the quantity")
    p2_5: float = amount("2.5% quantile in the unit of the quantity")
    p50: float = amount("Median in the unit of the quantity")
    p97_5: float = amount("97.5% quantile in the unit of the quantity")


class Sensitivity(Table, key=["method", "tier", "source"]):
    """How much each source of uncertainty moves the tonnes of the training runs."""

    method: str = METHOD
    tier: str = column("Sources of this tier and of those below take part", isin=RANKED_TIERS)
    source: str = column("Key of uncertainty.priors, or `labels: <classifier>`: errors of labels")
    swing_low: float = amount("2.5% quantile of the tonnes over the median if it alone varies")
    swing_high: float = amount("97.5% quantile of the same")
    first_order: float = column("First-order Sobol index of the log of the tonnes")


class NextObservation(Table, key=["method", "action"]):
    """How much narrower the interval would be after a further observation."""

    method: str = METHOD
    action: str = column("What would be observed")
    effort: int = count("Papers to read, or runs to measure")
    half_width_now: float = amount("Half the range of the tonnes / median")
    half_width_then: float = amount("The same at its expected outcome")
    reduction: float = amount("1 - half_width_then / half_width_now")
    tier: str = column("Tier whose range it is", isin=RANKED_TIERS)


class LabelErrors(Table, key=["classifier"]):
    """How a classifier labelled papers whose use is known, and to which it was not fitted."""

    classifier: str = column("Classifier")
    positives: int = count("Papers that trained on the dataset")
    found: int = count("Those of them labelled so")
    negatives: int = count("Other papers")
    refused: int = count("Those of them not labelled so")
    source: str = column("Which papers")


class Bridge(Table, key=["order"]):
    """From the published estimate to the observed one, a step at a time."""

    order: int = count("Number of the step")
    step: str = column("What the step changes")
    method: str = column("Method whose point estimate is reached", nullable=True)
    factor: float = amount("Emissions after over before it", nullable=True)
    factor_low: float = amount("2.5% quantile, if not counted", nullable=True)
    factor_high: float = amount("97.5% quantile", nullable=True)
    emissions_t: float = amount("Training emissions after the step in tonnes")
    gas_basis: str = column("Gas that the tonnes count", isin=GASES)
    evidence: str = column("What it rests on", isin=[COUNTED, MEASURED, ASSUMED])
    source: str = column("Where the factor comes from")
