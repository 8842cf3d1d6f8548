"""The tables of the report stage."""

from datafootprint.columns import amount, column, positive
from datafootprint.footprint.footprint_tables import (
    EMISSIONS,
    ENERGY,
    GAS_BASIS,
    INTENSITY,
    PEOPLE,
)
from datafootprint.literature.literature_tables import METHOD
from datafootprint.tables import Table

ROUNDING = column("How a recomputed value is rounded to be compared")
NOTE = column("What to know about it", nullable=True)


class PrintedValues(Table, key=["quantity"]):
    """What the paper prints."""

    quantity: str = column("Name of the quantity")
    published: float = column("Printed value")
    unit: str = column("Unit; 1 for a share")
    place: str = column("Where it is printed")


class Values(PrintedValues):
    """Values that the paper prints, and how."""

    rounding: str = ROUNDING
    note: str = NOTE


class PublishedCheck(PrintedValues):
    """Printed values beside the recomputed ones."""

    recomputed: float = column(
        "The same quantity recomputed from the inputs, where possible", nullable=True
    )
    rounding: str = ROUNDING
    match: str = column(
        "Whether the rounded value is the printed one; input if nothing derives it",
        isin=["yes", "no", "input"],
    )
    note: str = NOTE


class Scenarios(Table, key=["kind", "scenario"]):
    """The same training runs under other factors, by scenario and by country."""

    scenario: str = column("Name in the configuration, or ISO 3166-1 alpha-3 code")
    kind: str = column("Named, or all of it in one country", isin=["scenario", "country"])
    method: str = METHOD
    epochs: float = positive("Epochs per run")
    kwh_per_epoch: float = amount("Energy per epoch in kWh, at that PUE")
    pue: float = column("PUE", ge=1)
    carbon_intensity_g_per_kwh: float = INTENSITY
    gas_basis: str = GAS_BASIS
    energy_kwh: float = ENERGY
    emissions_t: float = EMISSIONS
    low: float = amount(
        "2.5% quantile of this run, scaled, in tonnes; empty if it emits nothing", nullable=True
    )
    high: float = amount("97.5% quantile of the same", nullable=True)
    person_equivalents: float = PEOPLE
    storage_emissions_t: float = amount("Emissions of storage in tonnes")


class Compared(Table, key=["kind", "method", "name"]):
    """Two runs beside each other: settings that differ, and all results."""

    kind: str = column("Result, or key of the settings", isin=["result", "setting"])
    method: str = column("Method of a result", nullable=True)
    name: str = column("Quantity (with its gas), or key")
    this_run: str = column("Value in this run; a setting as JSON", nullable=True)
    other_run: str = column("Value in the other run", nullable=True)
    ratio: float = column("This run over the other one", nullable=True)
