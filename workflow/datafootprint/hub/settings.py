"""The section `hub` of the configuration, checked before anything runs."""

import os
from collections.abc import Mapping
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.hub.counts import OTHER, PUBLISHED_SEARCH
from datafootprint.published import PUBLISHED_DATASET
from datafootprint.variants import compile_variants


def check_hub(hub: Mapping[str, Any]) -> None:
    """Refuse settings of the hub stage that contradict each other.

    Raises
    ------
    DatafootprintError
        If published counts are asked for another search term, snapshots would lie among the pages
        they are made from, or the variant is not in the list.
    """
    if os.path.realpath(hub["snapshots"]) == os.path.realpath(hub["cache_dir"]):
        raise DatafootprintError(
            f"config: hub.snapshots and hub.cache_dir are both {hub['snapshots']}; name two "
            "folders."
        )
    if hub["source"] == "published" and hub["search"] != PUBLISHED_SEARCH:
        raise DatafootprintError(
            f"config: hub.source is 'published', whose counts are of {PUBLISHED_SEARCH!r}, but "
            f"hub.search is {hub['search']!r}; set hub.source to live."
        )
    variants = compile_variants(hub["variants"], "hub.variants", OTHER)
    if hub["dataset_variant"] not in variants:
        raise DatafootprintError(
            f"config: hub.dataset_variant is {hub['dataset_variant']!r}, but must be one of "
            f"hub.variants: {', '.join(variants)}."
        )


def are_copies_known(config: Mapping[str, Any]) -> bool:
    """Whether the copies of the dataset are listed, or it is the one whose were published."""
    is_published: bool = config["dataset"]["name"] == PUBLISHED_DATASET
    return is_published or config["hub"]["source"] == "live"


def counts_of_copies(config: Mapping[str, Any], counts: str) -> str:
    """Return `counts`, the table of the copies of the dataset, if these are known.

    Raises
    ------
    DatafootprintError
        If the published counts are of another dataset.
    """
    if not are_copies_known(config):
        raise DatafootprintError(
            f"config: hub.source is 'published', whose counts are of {PUBLISHED_DATASET}, but "
            f"dataset.name is {config['dataset']['name']!r}; set hub.source to live and hub.search "
            "to its name."
        )
    return counts
