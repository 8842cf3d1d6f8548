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
    name, requested = snapshot_name("hub", hub["search"]), str(hub["retrieved"])
    begun = snapshot_days(hub["cache_dir"], name)
    going_on = requested if requested in begun else next(reversed(begun), None)
    wanted = {key: hub[key] for key in ("search", "snapshots", "cache_dir")}
    wanted["name"] = name
    wanted["day"] = choose_day(requested, hub["snapshots"], name, today, going_on)
    kept_table(wanted, TABLE)
    return wanted
