"""Counting listed datasets by year of creation and variant."""

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from datafootprint.hub.hub_tables import LAST_30_DAYS

#: Everything that was on the Hub before it kept the time of creation has this date.
FLOOR = "2022-03-02"
OTHER = "other"
NUMBERS = ["downloads", "downloads_all_time", "stored_bytes"]


def variant_of(dataset: str, patterns: Mapping[str, re.Pattern[str]]) -> str:
    """Return the first variant whose pattern occurs in the identifier, else `other`."""
    return next((name for name, pattern in patterns.items() if pattern.search(dataset)), OTHER)


def count_datasets(
    datasets: pd.DataFrame, variants: Iterable[Mapping[str, str]], retrieved: str
) -> pd.DataFrame:
    """Count the datasets of a snapshot: the table `hub_counts`.

    The first of `variants` whose pattern occurs in the identifier decides. The year of `retrieved`,
    the ISO date of the listing, is not complete. A sum is over the datasets that give the number,
    and NA if none does.
    """
    patterns = {kind["name"]: re.compile(kind["pattern"], re.IGNORECASE) for kind in variants}
    table = datasets.assign(
        created_year=datasets["created"].str[:4].astype(int),
        variant=datasets["dataset"].map(lambda dataset: variant_of(dataset, patterns)),
        datasets=1,
        datasets_at_floor=datasets["created"].str.startswith(FLOOR),
        datasets_with_size=datasets["stored_bytes"].notna(),
    )
    groups = table.groupby(["created_year", "variant"])
    whole = groups[["datasets", "datasets_at_floor", "gated", "datasets_with_size"]].sum()
    counts = whole.join(groups[NUMBERS].sum(min_count=1)).reset_index()
    return counts.assign(
        complete=counts["created_year"] < int(retrieved[:4]),
        downloads_window=LAST_30_DAYS,
        retrieved=retrieved,
        source="Hugging Face Hub",
    )


def growth_by_year(counts: pd.DataFrame) -> pd.DataFrame:
    """Add up the variants of each year of a listing: the table `hub_growth`.

    `growth` is NaN where a year or the one before it is not a whole year: the running one, and the
    one that holds everything before 2022-03-02.
    """
    summed = ["running", "datasets", "datasets_at_floor", "stored_bytes", "datasets_with_size"]
    running = ~counts["complete"].astype(bool)
    years = counts.assign(running=running).groupby("created_year")[summed].sum()
    years = years.reindex(range(years.index.min(), years.index.max() + 1), fill_value=0)
    whole = (years["running"] == 0) & (years["datasets_at_floor"] == 0)
    datasets = years["datasets"].where(whole)
    years = years.assign(
        complete=years["running"] == 0,
        growth=(datasets / datasets.shift() - 1).where(datasets.shift() > 0),
        datasets_so_far=years["datasets"].cumsum(),
        stored_bytes_so_far=years["stored_bytes"].cumsum(),
    )
    return years.rename_axis("created_year").reset_index()
