"""Counting listed datasets by year of creation and variant."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datafootprint.legacy_tables import Row
from datafootprint.variants import compile_variants

#: Everything that was on the Hub before it kept the time of creation carries this date.
FLOOR = "2022-03-02"
OTHER = "other"
#: The search term of the counts in data/imagenet-1k/hub_copies.csv.
PUBLISHED_SEARCH = "imagenet"


def variant_of(dataset: str, patterns: Mapping[str, re.Pattern[str]]) -> str:
    """Return the first variant whose pattern occurs in the identifier, else `other`."""
    return next((name for name, pattern in patterns.items() if pattern.search(dataset)), OTHER)


def count_datasets(
    datasets: Iterable[Mapping[str, str]], variants: Iterable[Mapping[str, str]], retrieved: str
) -> list[Row]:
    """Count the datasets of a snapshot.

    Parameters
    ----------
    datasets : iterable of mapping
        As `snapshot.read_datasets` yields them; one is in memory at a time.
    variants : iterable of mapping
        name, pattern (a regular expression); the first that occurs in the identifier decides.
    retrieved : str
        ISO date of the listing. Its year is marked as not complete.

    Returns
    -------
    list of dict
        The columns of the table `hub_counts`. A sum is over the datasets that give the number, and
        None if none does.
    """
    patterns = compile_variants(variants, "hub.variants", OTHER)
    groups: dict[tuple[int, str], dict[str, Any]] = {}
    for dataset in datasets:
        key = (int(dataset["created"][:4]), variant_of(dataset["dataset"], patterns))
        group = groups.setdefault(key, {"datasets": 0, "gated": 0, "at_floor": 0, "sized": 0})
        group["datasets"] += 1
        group["gated"] += dataset["gated"] == "true"
        group["at_floor"] += dataset["created"].startswith(FLOOR)
        group["sized"] += dataset["stored_bytes"] != ""
        for column in ("downloads", "downloads_all_time", "stored_bytes"):
            if dataset[column]:
                group[column] = group.get(column, 0) + int(dataset[column])
    return [
        {
            "created_year": year,
            "variant": variant,
            "complete": year < int(retrieved[:4]),
            "datasets": group["datasets"],
            "datasets_at_floor": group["at_floor"],
            "gated": group["gated"],
            "downloads": group.get("downloads"),
            "downloads_window": "last_30_days",
            "downloads_all_time": group.get("downloads_all_time"),
            "stored_bytes": group.get("stored_bytes"),
            "datasets_with_size": group["sized"],
            "retrieved": retrieved,
            "source": "Hugging Face Hub",
        }
        for (year, variant), group in sorted(groups.items())
    ]


def growth_by_year(counts: Sequence[Row]) -> list[Row]:
    """Add up the variants of each year, and follow number and size over the years.

    Parameters
    ----------
    counts : rows
        The table `hub_counts`; rows without a year of creation are left out.

    Returns
    -------
    list of dict
        The columns of the table `hub_growth`. `growth` is None where a year or the one before it
        is not a whole year: the running one, and the one that holds everything before 2022-03-02.
    """
    dated = [row for row in counts if row["created_year"] is not None]
    if not dated:
        return []
    years = [row["created_year"] for row in dated]
    rows: list[Row] = []
    so_far, stored_so_far, before = 0, 0, None
    for year in range(min(years), max(years) + 1):
        own = [row for row in dated if row["created_year"] == year]
        datasets = sum(row["datasets"] for row in own)
        stored = sum(row["stored_bytes"] or 0 for row in own)
        complete = all(row["complete"] for row in own)
        whole = complete and not any(row["datasets_at_floor"] for row in own)
        so_far, stored_so_far = so_far + datasets, stored_so_far + stored
        rows.append(
            {
                "created_year": year,
                "complete": complete,
                "datasets": datasets,
                "datasets_at_floor": sum(row["datasets_at_floor"] or 0 for row in own),
                "growth": datasets / before - 1 if whole and before else None,
                "datasets_so_far": so_far,
                "stored_bytes": stored,
                "stored_bytes_so_far": stored_so_far,
                "datasets_with_size": sum(row["datasets_with_size"] or 0 for row in own),
            }
        )
        before = datasets if whole else None
    return rows
