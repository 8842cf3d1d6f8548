"""What is about ImageNet-1K never stands in the estimate of another dataset."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.literature.sources import SERVICES
from datafootprint.published import PUBLISHED_DATASET, PUBLISHED_SIZE_GB
from datafootprint.usage.counts import LIVE, count_sources
from datafootprint.usage.variants import UNSPECIFIED

#: `hub.dataset_variant` of the default configuration.
PUBLISHED_VARIANT = "imagenet-1k"


def refuse_imagenet_for_another(config: Mapping[str, Any]) -> None:
    """Refuse what is about ImageNet-1K, as the defaults are, in the estimate of another dataset.

    Raises
    ------
    DatafootprintError
        For the first number, name or search of ImageNet-1K that `dataset.name` is not.
    """
    name = config["dataset"]["name"]
    if name == PUBLISHED_DATASET:
        return
    sources = count_sources(config)
    if LIVE in sources.values():
        _refuse_names_of_imagenet(config["dataset"])
        _refuse_counting_imagenet(config["dataset"], config["usage"]["count_variants"])
    if config["hub"]["source"] == "live":
        _refuse_copies_of_imagenet(name, config["hub"])
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


def _refuse_counting_imagenet(dataset: Mapping[str, Any], count_variants: Iterable[str]) -> None:
    """Refuse to count papers on ImageNet-1K for one of its variants, which papers tell apart."""
    name = dataset["name"]
    if "imagenet" not in name.lower():
        return
    of_imagenet = {PUBLISHED_DATASET}
    if any(re.search(pattern, "ImageNet", re.IGNORECASE) for pattern in dataset["patterns"]):
        # A paper that names no variant means ImageNet-1K.
        of_imagenet.add(UNSPECIFIED)
    counted = sorted(of_imagenet.intersection(count_variants))
    if counted:
        raise DatafootprintError(
            f"config: usage.count_variants counts {counted[0]}, which is {PUBLISHED_DATASET}, but "
            f"dataset.name is {name!r}; count the names of dataset.variants that are this dataset."
        )


def _refuse_copies_of_imagenet(name: str, hub: Mapping[str, Any]) -> None:
    """Refuse to list or hold against the runs what the Hub has of ImageNet."""
    if "imagenet" in hub["search"].lower() and "imagenet" not in name.lower():
        key = "search"
    elif hub["dataset_variant"] == PUBLISHED_VARIANT:
        key = "dataset_variant"
    else:
        return
    raise DatafootprintError(
        f"config: hub.{key} is {hub[key]!r}, but dataset.name is {name!r}; write how the Hub names "
        "that dataset, such as hub: {search: cifar10, variants: [{name: cifar10, pattern: "
        "'cifar-?10'}], dataset_variant: cifar10}."
    )
