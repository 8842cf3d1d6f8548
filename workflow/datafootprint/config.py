"""The configuration, checked before anything runs and completed by the card of its dataset."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from datafootprint.config_checks import PUBLISHED, faults_in, own_source, year_sources
from datafootprint.config_faults import ConfigurationError, faults_of, misread_yaml
from datafootprint.config_model import WORLD_G_PER_KWH, Configuration
from datafootprint.dataset import find_dataset, read_card, with_card
from datafootprint.errors import DatafootprintError


def resolve_config(
    given: Mapping[str, Any], data: str | Path, files: Iterable[str] = ()
) -> dict[str, Any]:
    """Check a configuration, and complete it by the defaults and by the card of its dataset.

    Parameters
    ----------
    given : mapping
        The merged configuration as Snakemake reads it.
    data : path
        The folder of the checkout with shipped datasets and `factors/`.
    files : iterable of str
        The YAML files that it was merged from, searched for what YAML misreads.

    Returns
    -------
    dict
        Every key of every section. `usage.counts` is the source of each year's counts:
        `published` (by the publication on the dataset), `live` (papers that are read) or the path
        of a table.

    Raises
    ------
    ConfigurationError
        With all faults, a sentence each.
    """
    faults = [fault for path in files for fault in misread_yaml(Path(path))]
    wrong: set[str] = set()
    try:
        settings = Configuration.model_validate(given)
    except ValidationError as error:
        faults += faults_of(error, Configuration)
        wrong = {str(fault["loc"][0]) for fault in error.errors()}
        if "dataset" in wrong:
            raise ConfigurationError(faults) from None
        settings = Configuration.model_validate(
            {k: v for k, v in given.items() if str(k) not in wrong}
        )
    try:
        folder = find_dataset(settings.dataset, Path(data))
        config = with_card(settings, read_card(folder), folder)
    except ConfigurationError as error:
        raise ConfigurationError(faults + error.faults) from None
    faults += faults_in(config, Path(data), wrong)
    if faults:
        raise ConfigurationError(faults)
    config["usage"]["counts"] = year_sources(config, Path(data))
    for key in ("source", "compare_with"):
        if config["literature"][key] == PUBLISHED:
            config["literature"][key] = own_source(config, "publications")
    if config["carbon"]["intensity_g_per_kwh"] is None:
        config["carbon"]["intensity_g_per_kwh"] = WORLD_G_PER_KWH
    return config


def default_config(root: Path) -> dict[str, Any]:
    """Return the configuration of a checkout as it came."""
    return resolve_config({}, root / "data")


def defaults() -> dict[str, Any]:
    """Return the default of every key; those of the dataset are None."""
    return Configuration().model_dump(warnings=False)


def estimate_years(config: Mapping[str, Any]) -> list[int]:
    """Return the years of the estimate of a resolved configuration."""
    return list(range(min(config["usage"]["counts"]), config["projection"]["until"] + 1))


def energy_logs(config: Mapping[str, Any]) -> list[str]:
    """List the files of the folder of logs, none if it is not set."""
    folder = config["energy"]["logs"]
    patterns = ["*.log", "*.csv"] if folder else []
    return sorted(str(path) for pattern in patterns for path in Path(folder).glob(pattern))


def hub_counts(config: Mapping[str, Any]) -> str:
    """Return the table of the copies on the Hub.

    Raises
    ------
    DatafootprintError
        If the dataset has none.
    """
    if config["hub"]["source"] == "live":
        return "results/hub_counts.csv"
    table = config["dataset"]["tables"]["hub_copies"]
    if table is None:
        raise DatafootprintError(
            f"config: hub.source is published, but {config['dataset']['folder']} has no "
            "hub_copies.csv; set hub.source to live."
        )
    return str(table)


def subset_energy(config: Mapping[str, Any], energy: str) -> str:
    """Return `energy`, the table of energies, if it is known what a subset leaves out.

    Raises
    ------
    DatafootprintError
        If not.
    """
    if config["frugality"]["pruned_fraction"] is None:
        raise DatafootprintError(
            "config: frugality.pruned_fraction is null, and the dataset sets none; give the "
            "fraction of the samples that a subset leaves out."
        )
    return energy
