"""The quantities whose uncertainty is reported: one entry each."""

from dataclasses import dataclass

#: Uses of energy, each with a table of the stage footprint.
TRAINING, STORAGE = "training", "storage"


@dataclass(frozen=True)
class Quantity:
    """A quantity of the table `Uncertainty`.

    Attributes
    ----------
    use : str
        `training` or `storage`: the table of the stage footprint.
    column : str
        Its column in that table.
    by_world : bool
        With the world's lifecycle intensity of each run's year, not with the configured one.
    """

    use: str
    column: str
    by_world: bool = False

    @property
    def has_gas(self) -> bool:
        """Whether it counts a gas, and not runs or energy."""
        return self.column in ("emissions_t", "person_equivalents")


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
