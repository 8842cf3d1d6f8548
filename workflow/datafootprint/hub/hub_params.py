"""What the listing of the Hub depends on. The rules read it: it is light to import."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from datafootprint.snapshots import choose_day, kept_table, snapshot_days, snapshot_name

TABLE = "datasets.csv.gz"


def listing_wanted(hub: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Say what to list, or which snapshot answers it: search, snapshots, cache_dir, name, day.

    `hub` is the section of the configuration; `today` (UTC) only dates a new snapshot.
    """
    name = snapshot_name("hub", hub["search"])
    begun = snapshot_days(hub["cache_dir"], name)
    wanted = {key: hub[key] for key in ("search", "snapshots", "cache_dir")} | {"name": name}
    wanted["day"] = choose_day(str(hub["retrieved"]), hub["snapshots"], name, today, begun)
    kept_table(wanted, TABLE)
    return wanted
