"""Checking the configuration before anything runs; a fault is one sentence that names the key."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from datafootprint.config_paths import check_paths
from datafootprint.config_schema import check_schema, refuse_misread_yaml
from datafootprint.dataset import with_dataset
from datafootprint.energy.settings import check_energy
from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import check_carbon
from datafootprint.hub.settings import check_hub
from datafootprint.literature.settings import check_publications
from datafootprint.papers.settings import check_papers
from datafootprint.uncertainty.priors import read_priors
from datafootprint.usage.counts import count_sources, needed_years
from datafootprint.usage.settings import check_count_tables, check_usage


def default_config(root: Path) -> dict[str, Any]:
    """Return the configuration of a checkout, completed by its dataset."""
    written = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
    return with_dataset(written, root / "data")


def check_config(config: Mapping[str, Any], data: Path, config_files: Iterable[str] = ()) -> None:
    """Refuse a configuration that cannot give a result.

    Parameters
    ----------
    config : mapping
        The configuration, completed by `with_dataset`.
    data : Path
        The folder with `factors/`.
    config_files : iterable of str
        The YAML files it was merged from, searched for what YAML misreads.

    Raises
    ------
    DatafootprintError
        For the first fault found, in one sentence.
    """
    for path in config_files:
        refuse_misread_yaml(Path(path))
    check_schema(config)
    _refuse_credentials(config)
    check_paths(config)
    check_papers(config["papers"], config["dataset"])
    check_usage(config)
    own = Path(config["dataset"]["folder"])
    check_count_tables(config, own)
    check_publications(config["literature"], config_years(config), own)
    check_hub(config["hub"])
    check_energy(config, own)
    read_priors(config["uncertainty"]["priors"])
    check_carbon(config["carbon"], data / "factors")


def config_years(config: Mapping[str, Any]) -> list[int]:
    """List the years of the estimate that a configuration asks for."""
    return needed_years(count_sources(config), config["projection"]["until"])


def _refuse_credentials(config: Mapping[str, Any]) -> None:
    """Refuse a password in an address: the configuration is written into logs and results."""
    sections = {
        "papers.openreview": config["papers"]["openreview"],
        "usage.llm": config["usage"]["llm"],
        "literature.dimensions": config["literature"]["dimensions"],
        "literature.openalex": config["literature"]["openalex"],
    }
    for name, section in sections.items():
        for key, value in section.items():
            if "base" in key and "@" in str(value):
                raise DatafootprintError(
                    f"config: {name}.{key} holds a name or password before an @; credentials come "
                    "from the environment, where no log and no result shows them."
                )
