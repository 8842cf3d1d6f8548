"""The tables of embodied emissions and water, and of their factors."""

import pandera.pandas as pa

from datafootprint.literature.literature_tables import METHOD
from datafootprint.tables import Table


class ImpactFactors(Table):
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

    class Config(Table.Config):
        unique = ["impact"]


class AdditionalImpacts(Table):
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

    class Config(Table.Config):
        unique = ["method", "impact"]
