"""The snapshot of a listing of the Hub: one table of datasets, made from the pages."""

import gzip
import json
import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.hub.hub_params import TABLE
from datafootprint.hub.hub_tables import HubDatasets
from datafootprint.snapshots import (
    kept_table,
    new_snapshot,
    refuse_a_fall,
    snapshot_path,
)
from datafootprint.tables import check_table, csv_text

log = logging.getLogger(__name__)

RECORD = "listing.json"
COLUMNS = list(HubDatasets.to_schema().columns)


def take_snapshot(
    wanted: Mapping[str, Any],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    first_pause_s: float = 1.0,
) -> Path:
    """Return the table of datasets of a snapshot as `listing_wanted` gives it; list it if need be.

    A number of datasets that fell by more than a tenth is refused.
    """
    folder, name, day = wanted["snapshots"], wanted["name"], wanted["day"]
    path = snapshot_path(folder, name, day)
    kept = kept_table(folder, name, day, TABLE)
    if kept is not None:
        log.info("Hub: datasets from the snapshot %s, no request", path)
        return kept
    import huggingface_hub

    from datafootprint.hub.pages import EXPAND, fetch_pages, listed_datasets

    pages = snapshot_path(wanted["cache_dir"], name, day)
    number = fetch_pages(wanted["search"], pages, first_pause_s)
    with new_snapshot(folder, name, day) as filling:
        counts = write_datasets(listed_datasets(pages), wanted["search"], filling / TABLE)
        record = {
            "search": wanted["search"],
            "endpoint": huggingface_hub.constants.ENDPOINT,
            "expand": EXPAND,
            "begun": day,
            "finished": now().isoformat(timespec="seconds"),
            "client": f"huggingface_hub {huggingface_hub.__version__}",
            "pages": number,
            **counts,
        }
        (filling / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        refuse_a_fall(
            wanted,
            TABLE,
            {"datasets": counts["datasets"]},
            lambda table: {"datasets": len(read_datasets(table))},
        )
    log.info("Hub: %d datasets kept as the snapshot %s", counts["datasets"], path)
    return path / TABLE


def write_datasets(listed: Iterable[Mapping[str, Any]], search: str, path: Path) -> dict[str, int]:
    """Write the public datasets whose identifier contains `search`, each once, as gzipped CSV.

    Returns the numbers of datasets and of those left out: private (a token also lists what only its
    owner sees), without_search_term, repeated.
    """
    counts = {"datasets": 0, "private": 0, "without_search_term": 0, "repeated": 0}
    rows = chain([COLUMNS], _rows(listed, search, counts))
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
    ):
        packed.writelines(csv_text([row]).encode() for row in rows)
    for reason in ("private", "without_search_term", "repeated"):
        if counts[reason]:
            log.warning("Hub: %d listed datasets left out (%s)", counts[reason], reason)
    if not counts["datasets"]:
        raise DatafootprintError(
            f"Hub: no dataset whose identifier contains {search!r}; check hub.search."
        )
    return counts


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


def _rows(
    listed: Iterable[Mapping[str, Any]], search: str, counts: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    """Yield the values of `COLUMNS` of each dataset that belongs to the table, and count all."""
    seen: set[bytes] = set()
    for item in listed:
        digest = blake2b(item["id"].encode(), digest_size=8).digest()
        if digest in seen:
            counts["repeated"] += 1
        elif item.get("private"):
            counts["private"] += 1
        elif search.lower() not in item["id"].lower():
            counts["without_search_term"] += 1
        else:
            counts["datasets"] += 1
            yield (
                item["id"],
                item["createdAt"],
                item.get("downloads"),
                item.get("downloadsAllTime"),
                item.get("usedStorage"),
                bool(item.get("gated")),
            )
        seen.add(digest)
