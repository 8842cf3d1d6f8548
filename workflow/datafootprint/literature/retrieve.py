"""Getting the publication counts of a service: from a snapshot, else by asking and keeping one."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint import http
from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.literature.counting import Ask, CountingService
from datafootprint.literature.literature_tables import Publications
from datafootprint.literature.publications import count_publications
from datafootprint.literature.services import SERVICES, TABLE
from datafootprint.redaction import hide
from datafootprint.snapshots import take_snapshot
from datafootprint.tables import check_table, read_table, table_of, write_table

RESPONSES = "responses.json"


def retrieve_publications(
    wanted: Mapping[str, Any],
    environment: Mapping[str, str],
    first_pause_s: float = 2.0,
) -> pd.DataFrame:
    """Return the table `Publications` of the snapshot `wanted`; ask the service if there is none.

    `wanted` is what `services.retrieval` returns; `environment` holds the key. An answer that
    cannot be believed is kept in a folder whose name ends in `.refused`, and no snapshot changes.
    """
    service = SERVICES[wanted["service"]]

    def fill(folder: Path) -> dict[str, int]:
        key = environment.get(service.key_variable, "").strip()
        hide(key)
        ask = _asking(service, wanted, key, first_pause_s, folder / RESPONSES)
        years = range(wanted["first_year"], wanted["last_year"] + 1)
        rows = service.count(ask, key, wanted["keyword"], years)
        table = table_of(rows, Publications).assign(retrieved=wanted["day"])
        _require_whole_years(service.name, table, years, wanted["keyword"])
        checked = check_table(table, Publications, service.name)
        write_table(count_publications(checked, service.name), folder / TABLE, Publications)
        return _by_year(folder / TABLE)

    return read_table(take_snapshot(wanted, TABLE, fill, _by_year), Publications)


def _require_whole_years(
    service: str, counts: pd.DataFrame, years: Sequence[int], keyword: str
) -> None:
    """Refuse an answer that is empty or lacks a year other than the last, which is running."""
    if not counts["publications"].any():
        raise DatafootprintError(
            f"{service}: not one publication for {keyword!r}; check literature.keyword."
        )
    if missing := sorted(set(years[:-1]) - set(counts["year"])):
        raise DatafootprintError(
            f"{service}: the answer for {keyword!r} has no count for "
            f"{', '.join(map(str, missing))}; run again later, or leave these years out of the "
            "estimate."
        )


def _asking(
    service: CountingService,
    wanted: Mapping[str, Any],
    key: str,
    first_pause_s: float,
    path: Path,
) -> Ask:
    """Return the function that sends requests, and keeps answers in the file `path`.

    It names the key variable if a key is refused.
    """
    web = http.session(first_pause_s=first_pause_s)
    responses: list[dict[str, Any]] = []
    record = {
        "service": service.name,
        "base_url": wanted["base_url"],
        "retrieved": datetime.now(UTC).isoformat(timespec="seconds"),
        "responses": responses,
    }

    def ask(method: str, address: str, keep_as: str | None = None, **options: Any) -> Any:
        url = wanted["base_url"].rstrip("/") + address
        try:
            response = http.ask(web, method, url, what=service.name, **options)
        except http.StatusError as error:
            if error.status not in (401, 403):
                raise
            sentence = (
                f"{service.name}: the key in {service.key_variable} "
                f"{'was refused' if key else 'is not set'} (HTTP {error.status}{error.said}); "
                f"{service.key_from}."
            )
            raise http.StatusError(sentence, error.status, error.said) from None
        answer = http.json_of(response, service.name)
        if keep_as is not None:
            responses.append({"request": keep_as, "response": answer})
            write_atomically(path, json.dumps(record, indent=1) + "\n")
        return answer

    return ask


def _by_year(path: Path) -> dict[str, int]:
    table = read_table(path, Publications)
    years = "publications of " + table["year"].astype(str)
    return dict(zip(years, table["publications"], strict=True))
