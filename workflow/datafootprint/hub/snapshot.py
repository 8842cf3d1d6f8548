"""The snapshot of a listing of the Hub: one table of datasets, made from the pages."""

import gzip
import json
import logging
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.hub.hub_params import TABLE
from datafootprint.hub.hub_tables import HubDatasets
from datafootprint.snapshots import kept_table, snapshot_path, take_snapshot
from datafootprint.tables import check_table, csv_text

log = logging.getLogger(__name__)

RECORD = "listing.json"
COLUMNS = list(HubDatasets.to_schema().columns)
#: Why a listed dataset is not in the table. A token also lists what only its owner sees.
PRIVATE, OTHER_NAME, REPEATED = "private", "without_search_term", "repeated"


def take_listing(wanted: Mapping[str, Any], first_pause_s: float = 1.0) -> Path:
    """Return the table of datasets of a snapshot as `listing_wanted` gives it; list it if need be.

    A number of datasets that fell by more than a tenth is refused.
    """
    import huggingface_hub

    from datafootprint.hub.pages import fetch_pages, listed_datasets, page_paths, read_page

    pages = snapshot_path(wanted["cache_dir"], wanted["name"], wanted["day"])
    if kept_table(wanted, TABLE) is None:
        fetch_pages(wanted["search"], pages, first_pause_s)

    def fill(folder: Path) -> dict[str, int]:
        counts = write_datasets(listed_datasets(pages), wanted["search"], folder / TABLE)
        paths = page_paths(pages)
        record = {
            "search": wanted["search"],
            "endpoint": huggingface_hub.constants.ENDPOINT,
            "address": read_page(paths[0]).get("address"),
            "begun": wanted["day"],
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "client": f"huggingface_hub {huggingface_hub.__version__}",
            "pages": len(paths),
            **counts,
        }
        (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        return {"datasets": counts["datasets"]}

    return take_snapshot(wanted, TABLE, fill, lambda table: {"datasets": len(read_datasets(table))})


def write_datasets(listed: Iterable[Mapping[str, Any]], search: str, path: Path) -> dict[str, int]:
    """Write the public datasets whose identifier contains `search`, each once, as gzipped CSV.

    Returns the numbers of datasets and of those left out: private (a token also lists what only its
    owner sees), without_search_term, repeated.
    """
    counts = Counter({"datasets": 0, PRIVATE: 0, OTHER_NAME: 0, REPEATED: 0})
    seen: set[int] = set()  # hashes of identifiers, since the whole Hub has many
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        packed.write(csv_text([COLUMNS]).encode())
        for item in listed:
            reason = (
                (hash(item["id"]) in seen and REPEATED)
                or (item.get("private") and PRIVATE)
                or (search.lower() not in item["id"].lower() and OTHER_NAME)
            )
            seen.add(hash(item["id"]))
            counts[reason or "datasets"] += 1
            if not reason:
                packed.write(csv_text([_row(item)]).encode())
    for reason in (PRIVATE, OTHER_NAME, REPEATED):
        if counts[reason]:
            log.warning("Hub: %d listed datasets left out (%s)", counts[reason], reason)
    if not counts["datasets"]:
        raise DatafootprintError(
            f"Hub: no dataset whose identifier contains {search!r}; check hub.search."
        )
    return dict(counts)


def read_datasets(path: str | Path) -> pd.DataFrame:
    """Read a table of datasets, with the columns of `HubDatasets`."""
    try:
        cells = pd.read_csv(path, compression="gzip", dtype=str, keep_default_na=False)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DatafootprintError(
            f"{path} is damaged ({type(error).__name__}); take it from a copy, or list the Hub "
            "again."
        ) from None
    return check_table(cells, HubDatasets, path)


def _row(item: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values of `COLUMNS` of a listed dataset."""
    # The size of the main branch, where that of all revisions is not given.
    size = item.get("usedStorage")
    size = item.get("mainSize") if size is None else size
    downloads = map(item.get, ("downloads", "downloadsAllTime"))
    return (item["id"], item["createdAt"], *downloads, size, bool(item.get("gated")))
