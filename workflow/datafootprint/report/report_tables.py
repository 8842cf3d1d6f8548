"""The tables of the report stage."""

import pandera.pandas as pa

from datafootprint.footprint.footprint_tables import (
    EMISSIONS,
    ENERGY,
    GAS_BASIS,
    INTENSITY,
    PEOPLE,
)
from datafootprint.literature.literature_tables import METHOD
from datafootprint.tables import Table

ROUNDING = pa.Field(description="How a recomputed value is rounded to be compared")
NOTE = pa.Field(nullable=True, description="What to know about it")


class PrintedValues(Table, key=["quantity"]):
    """What the paper prints."""

    quantity: str = pa.Field(description="Name of the quantity")
    published: float = pa.Field(description="Printed value")
    unit: str = pa.Field(description="Unit; 1 for a share")
    place: str = pa.Field(description="Where it is printed")


class Values(PrintedValues):
    """Values that the paper prints, and how."""

    rounding: str = ROUNDING
    note: str = NOTE


class PublishedCheck(PrintedValues):
    """Printed values beside the recomputed ones."""

    recomputed: float = pa.Field(
        nullable=True, description="The same quantity recomputed from the inputs, where possible"
    )
    rounding: str = ROUNDING
    match: str = pa.Field(
        isin=["yes", "no", "input"],
        description="Whether the rounded value is the printed one; input if nothing derives it",
    )
    note: str = NOTE


class Scenarios(Table, key=["kind", "scenario"]):
    """The same training runs under other factors, by scenario and by country."""

    scenario: str = pa.Field(description="Name in the configuration, or ISO 3166-1 alpha-3 code")
    kind: str = pa.Field(
        isin=["scenario", "country"], description="Named, or all of it in one country"
    )
    method: str = METHOD
    epochs: float = pa.Field(gt=0, description="Epochs per run")
    kwh_per_epoch: float = pa.Field(ge=0, description="Energy per epoch in kWh, at that PUE")
    pue: float = pa.Field(ge=1, description="PUE")
    carbon_intensity_g_per_kwh: float = INTENSITY
    gas_basis: str = GAS_BASIS
    energy_kwh: float = ENERGY
    emissions_t: float = EMISSIONS
    low: float = pa.Field(ge=0, description="2.5% quantile of this run, scaled, in tonnes")
    high: float = pa.Field(ge=0, description="97.5% quantile of this run, scaled, in tonnes")
    person_equivalents: float = PEOPLE
    storage_emissions_t: float = pa.Field(ge=0, description="Emissions of storage in tonnes")


class Compared(Table, key=["kind", "method", "name"]):
    """Two runs beside each other: settings that differ, and all results."""

    kind: str = pa.Field(isin=["result", "setting"], description="Result, or key of the settings")
    method: str = pa.Field(nullable=True, description="Method of a result")
    name: str = pa.Field(description="Quantity (with its gas), or key")
    this_run: str = pa.Field(nullable=True, description="Value in this run; a setting as JSON")
    other_run: str = pa.Field(nullable=True, description="Value in the other run")
    ratio: float = pa.Field(nullable=True, description="This run over the other one")
