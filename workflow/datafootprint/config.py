"""The configuration, checked before anything runs and completed by the card of its dataset."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from datafootprint.config_checks import PUBLISHED, faults_in, label_errors, own_source, year_sources
from datafootprint.config_faults import ConfigurationError, faults_of, repeated_keys
from datafootprint.config_model import WORLD_G_PER_KWH, Configuration
from datafootprint.dataset import find_dataset, read_card, with_card


def resolve_config(
    given: Mapping[str, Any], data: str | Path, files: Iterable[str] = ()
) -> dict[str, Any]:
    """Check a configuration, and complete it by the defaults and by the card of its dataset.

    `given` is merged from `files`, which are searched for repeated keys; `data` holds shipped
    datasets and factors. In the result `usage.counts` has the source of each year's counts:
    `published` (by the publication on the dataset), `live` (papers that are read) or the path of a
    table.

    Raises
    ------
    ConfigurationError
        With all faults, a sentence each.
    """
    faults = [fault for path in files for fault in repeated_keys(Path(path))]
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
        config = with_card(settings, read_card(folder), folder, Path(data))
    except ConfigurationError as error:
        raise ConfigurationError(faults + error.faults) from None
    faults += faults_in(config, Path(data), wrong)
    if faults:
        raise ConfigurationError(faults)
    config["usage"]["counts"] = year_sources(config, Path(data))
    config["usage"]["label_errors"] = label_errors(config)
    for key in ("source", "compare_with"):
        if config["literature"][key] == PUBLISHED:
            config["literature"][key] = own_source(config, "publications")
    if config["carbon"]["intensity_g_per_kwh"] is None:
        config["carbon"]["intensity_g_per_kwh"] = WORLD_G_PER_KWH
    return config


def default_config(root: Path) -> dict[str, Any]:
    """Return the configuration of a checkout as it came."""
    return resolve_config({}, root / "data")


def estimate_years(config: Mapping[str, Any]) -> list[int]:
    """Return the years of the estimate of a resolved configuration."""
    return list(range(min(config["usage"]["counts"]), config["projection"]["until"] + 1))
