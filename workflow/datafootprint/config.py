"""Checking the configuration before anything runs; a fault is one sentence that names the key."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from datafootprint.config_paths import check_paths
from datafootprint.config_schema import check_schema, refuse_misread_yaml
from datafootprint.energy.settings import check_energy
from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import check_carbon
from datafootprint.hub.settings import check_hub
from datafootprint.literature.settings import check_publications
from datafootprint.literature.sources import SERVICES
from datafootprint.papers.settings import check_papers
from datafootprint.published import PUBLISHED_DATASET, PUBLISHED_SIZE_GB
from datafootprint.uncertainty.priors import read_priors
from datafootprint.usage.counts import LIVE, count_sources, needed_years
from datafootprint.usage.settings import check_count_tables, check_usage


def check_config(config: Mapping[str, Any], data: Path, config_files: Iterable[str] = ()) -> None:
    """Refuse a configuration that cannot give a result.

    Parameters
    ----------
    config : mapping
        The merged configuration.
    data : Path
        The folder with `published/` and `factors/`.
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
    _refuse_numbers_of_another_dataset(config)
    check_paths(config)
    check_papers(config["papers"], config["dataset"])
    check_usage(config)
    check_count_tables(config, data / "published")
    check_publications(config["literature"], config_years(config), data / "published")
    check_hub(config["hub"])
    check_energy(config, data / "published")
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


def _refuse_numbers_of_another_dataset(config: Mapping[str, Any]) -> None:
    """Refuse published ImageNet-1K numbers, which are the defaults, in the estimate of another."""
    name = config["dataset"]["name"]
    if name == PUBLISHED_DATASET:
        return
    sources = count_sources(config)
    if LIVE in sources.values():
        _refuse_names_of_imagenet(config["dataset"])
    published = f"which is about {PUBLISHED_DATASET}, but dataset.name is {name!r}"
    for year, source in sources.items():
        if source == "published":
            raise DatafootprintError(
                f"config: usage.counts.{year} is 'published', {published}; name a CSV, or null to "
                "leave the year out."
            )
    if config["dataset"]["size_gb"] == PUBLISHED_SIZE_GB:
        raise DatafootprintError(
            f"config: dataset.size_gb is {PUBLISHED_SIZE_GB}, that of {PUBLISHED_DATASET}, but "
            f"dataset.name is {name!r}; give its own ({PUBLISHED_SIZE_GB}.01 if it is the same)."
        )
    if config["literature"]["source"] == "published":
        raise DatafootprintError(
            f"config: literature.source is 'published', {published}; name a CSV or a service."
        )
    if config["literature"]["source"] in SERVICES and config["literature"]["keyword"] == "ImageNet":
        raise DatafootprintError(
            f"config: literature.keyword is 'ImageNet', but dataset.name is {name!r}; name what "
            "the service shall search for."
        )
    if config["training"]["kwh_per_epoch"] is None and config["energy"]["logs"] is None:
        raise DatafootprintError(
            f"config: training.kwh_per_epoch is not set, so the published one stands, {published}."
        )
    if config["impacts"]["embodied"] and config["energy"]["logs"] is None:
        raise DatafootprintError(
            f"config: impacts.embodied needs the minutes of an epoch, published for "
            f"{PUBLISHED_DATASET} only, but dataset.name is {name!r}; set energy.logs to your own."
        )
    for source, prior in config["uncertainty"]["priors"].items():
        if "imagenet" in str(prior[-1]).lower() and "imagenet" not in name.lower():
            raise DatafootprintError(
                f"config: uncertainty.priors.{source} is an {prior[-1]}, but dataset.name is "
                f"{name!r}; give one of its own, such as [fixed, {config['training']['epochs']}, "
                "its training recipe]."
            )


def _refuse_names_of_imagenet(dataset: Mapping[str, Any]) -> None:
    """Refuse to look for ImageNet, as the defaults do, in papers read for another dataset."""
    name = dataset["name"]
    if "imagenet" in name.lower():
        return
    if any(re.search(pattern, "ImageNet", re.IGNORECASE) for pattern in dataset["patterns"]):
        raise DatafootprintError(
            f"config: dataset.patterns finds ImageNet, but dataset.name is {name!r}; write how "
            "papers name that dataset."
        )
    if any("imagenet" in variant["name"].lower() for variant in dataset["variants"]):
        raise DatafootprintError(
            f"config: dataset.variants has those of ImageNet, but dataset.name is {name!r}; write "
            "those of that dataset, or dataset: {variants: []} if it has none."
        )
