"""The energy of a run in the configuration, checked before anything runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datafootprint.energy.energy_tables import EnergyPerEpoch
from datafootprint.energy.epoch import FULL
from datafootprint.energy.logs import listed_runs
from datafootprint.errors import DatafootprintError
from datafootprint.tables import read_table, records_of


def check_energy(config: Mapping[str, Any], published: Path) -> None:
    """Refuse a model or a subset that was not measured, alone or together.

    Parameters
    ----------
    config : mapping
        The whole configuration.
    published : Path
        The folder with the published energies.

    Raises
    ------
    DatafootprintError
        With the models or subsets that were measured.
    """
    logs, training = config["energy"]["logs"], config["training"]
    if logs is None:
        rows = records_of(read_table(published / "energy_per_epoch.csv", EnergyPerEpoch))
    else:
        rows = records_of(listed_runs(logs))
    # Embodied emissions take the minutes of an epoch from there, whatever its energy.
    needed = training["kwh_per_epoch"] is None or config["impacts"]["embodied"]
    for key, column in (("energy_model", "model"), ("energy_subset", "subset")):
        allowed = list(dict.fromkeys(row[column] for row in rows))
        if needed and training[key] not in allowed:
            raise DatafootprintError(
                f"config: training.{key} is {training[key]!r}, but must be one of "
                f"{', '.join(allowed)}."
            )
    measured = {row["subset"] for row in rows if row["model"] == training["energy_model"]}
    # Savings are part of what a run on the full data takes.
    for subset in (training["energy_subset"], FULL):
        if needed and subset not in measured:
            raise DatafootprintError(
                f"config: training.energy_model is {training['energy_model']!r}, but of it no "
                f"epoch was measured on {subset!r}, only on {', '.join(sorted(measured))}."
            )
    subsets = sorted({row["subset"] for row in rows} - {FULL})
    if subsets and config["frugality"]["subset"] not in subsets:
        raise DatafootprintError(
            f"config: frugality.subset is {config['frugality']['subset']!r}, but must be one of "
            f"{', '.join(subsets)}."
        )
