"""Getting the publication counts of a service: from a snapshot, else by asking and keeping one."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint import http
from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.literature.literature_tables import Publications
from datafootprint.literature.publications import count_publications
from datafootprint.literature.services import SERVICES, TABLE
from datafootprint.redaction import hide
from datafootprint.snapshots import kept_table, new_snapshot, refuse_a_fall, snapshot_path
from datafootprint.tables import check_table, read_table, table_of, write_table

log = logging.getLogger(__name__)

RESPONSES = "responses.json"


def retrieve_publications(
    wanted: Mapping[str, Any],
    environment: Mapping[str, str],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    first_pause_s: float = 2.0,
) -> pd.DataFrame:
    """Return the counts of the snapshot that `wanted` names; ask the service if there is none.

    Parameters
    ----------
    wanted : mapping
        As `services.retrieval` returns it.
    environment : mapping
        Holds the key of the service.
    now : callable
        Returns the time of retrieval in UTC.
    first_pause_s : float
        Pause in seconds before a request is repeated.

    Returns
    -------
    DataFrame
        The table `Publications`.

    Raises
    ------
    DatafootprintError
        If the service refuses or its answer cannot be believed. The answer is then kept in a folder
        whose name ends in `.refused`, and no snapshot changes.
    """
    service = SERVICES[wanted["service"]]
    folder, name, day = wanted["snapshots"], wanted["name"], wanted["day"]
    path = snapshot_path(folder, name, day)
    kept = kept_table(folder, name, day, TABLE)
    if kept is not None:
        log.info("%s: counts from the snapshot %s, no request", service.name, path)
        return read_table(kept, Publications)
    key = environment.get(service.key_variable, "").strip()
    hide(key)
    web = http.session(first_pause_s=first_pause_s)
    base_url = wanted["base_url"].rstrip("/")

    def ask(method: str, path: str, **options: Any) -> Any:
        answer = http.ask(web, method, base_url + path, what=service.name, **options)
        return http.json_of(answer, service.name)

    years = range(wanted["first_year"], wanted["last_year"] + 1)
    retrieved = now()
    with new_snapshot(folder, name, day) as filling:
        record: dict[str, Any] = {
            "service": service.name,
            "base_url": wanted["base_url"],
            "retrieved": retrieved.isoformat(timespec="seconds"),
            "responses": [],
        }

        def keep(request: str, body: Any) -> None:
            record["responses"].append({"request": request, "response": body})
            write_atomically(filling / RESPONSES, json.dumps(record, indent=1) + "\n")

        try:
            rows = service.count(ask, key, wanted["keyword"], years, keep)
        except http.StatusError as error:
            if error.status not in (401, 403):
                raise
            raise DatafootprintError(
                f"{service.name}: the key in {service.key_variable} "
                f"{'was refused' if key else 'is not set'} (HTTP {error.status}{error.said}); "
                f"{service.key_from}."
            ) from None
        table = table_of(rows, Publications).assign(retrieved=f"{retrieved:%Y-%m-%d}")
        counts = count_publications(check_table(table, Publications, service.name), service.name)
        write_table(counts, filling / TABLE, Publications)
        refuse_a_fall(wanted, TABLE, _by_year(counts), _read_by_year)
    log.info("%s: counts kept as the snapshot %s", service.name, path)
    return read_table(path / TABLE, Publications)


def _by_year(table: pd.DataFrame) -> dict[str, int]:
    years = "publications of " + table["year"].astype(str)
    return dict(zip(years, table["publications"], strict=True))


def _read_by_year(path: Path) -> dict[str, int]:
    return _by_year(read_table(path, Publications))
