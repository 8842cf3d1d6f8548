"""The snapshot of a listing of the Hub: one table of datasets, made from the pages."""

import gzip
import json
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import huggingface_hub

from datafootprint.errors import DatafootprintError
from datafootprint.hub.counts import read_datasets
from datafootprint.hub.hub_params import TABLE
from datafootprint.hub.hub_tables import HubDatasets
from datafootprint.hub.pages import fetch_pages, listed_datasets, page_paths, read_page
from datafootprint.snapshots import kept_table, snapshot_path, take_snapshot
from datafootprint.tables import csv_text

log = logging.getLogger(__name__)

RECORD = "listing.json"


def take_listing(wanted: Mapping[str, Any], first_pause_s: float = 1.0) -> Path:
    """Return the table of datasets of a snapshot as `listing_wanted` gives it; list it if need be.

    A number of datasets that fell by more than a tenth is refused.
    """
    pages = snapshot_path(wanted["cache_dir"], wanted["name"], wanted["day"])
    if kept_table(wanted, TABLE) is None:
        fetch_pages(wanted["search"], pages, first_pause_s)

    def fill(folder: Path) -> None:
        counts = write_datasets(listed_datasets(pages), wanted["search"], folder / TABLE)
        paths = page_paths(pages)
        record = {
            "search": wanted["search"],
            "endpoint": huggingface_hub.constants.ENDPOINT,
            "address": read_page(paths[0])["address"],
            "begun": wanted["day"],
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "client": f"huggingface_hub {huggingface_hub.__version__}",
            "pages": len(paths),
            **counts,
        }
        (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")

    return take_snapshot(wanted, TABLE, fill, lambda table: {"datasets": len(read_datasets(table))})


def write_datasets(listed: Iterable[Mapping[str, Any]], search: str, path: Path) -> dict[str, int]:
    """Write the public datasets whose identifier contains `search`, each once, as gzipped CSV.

    Returns the numbers of datasets and of those left out: a token also lists what only its owner
    sees.
    """
    counts = {"datasets": 0, "left_out": 0}
    seen: set[int] = set()  # hashes of identifiers, since the whole Hub has many
    with gzip.open(path, "wt", compresslevel=6, encoding="utf-8", newline="") as packed:
        packed.write(csv_text([HubDatasets.to_schema().columns]))
        for item in listed:
            name = item["id"]
            if hash(name) in seen or item.get("private") or search.lower() not in name.lower():
                counts["left_out"] += 1
                continue
            seen.add(hash(name))
            counts["datasets"] += 1
            packed.write(csv_text([_row(item)]))
    if counts["left_out"]:
        log.warning(
            "Hub: %d listed datasets left out: private, not named so, or listed before",
            counts["left_out"],
        )
    if not counts["datasets"]:
        raise DatafootprintError(
            f"Hub: no dataset whose identifier contains {search!r}; check hub.search."
        )
    return counts


def _row(item: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values of the columns of a listed dataset."""
    # Of the main branch, where the size of all revisions is not given.
    size = item.get("usedStorage")
    size = item.get("mainSize") if size is None else size
    downloads = map(item.get, ("downloads", "downloadsAllTime"))
    return (item["id"], item["createdAt"], *downloads, size, bool(item.get("gated")))
