"""Getting the publication counts of a service: from a snapshot, else by asking and keeping one."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint import http
from datafootprint.files import write_atomically
from datafootprint.literature.counting import Ask, CountingService
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
    """Return the table `Publications` of the snapshot `wanted`; ask the service if there is none.

    `wanted` is what `services.retrieval` returns; `environment` holds the key. An answer that
    cannot be believed is kept in a folder whose name ends in `.refused`, and no snapshot changes.
    """
    folder, name, day = wanted["snapshots"], wanted["name"], wanted["day"]
    path = snapshot_path(folder, name, day)
    kept = kept_table(folder, name, day, TABLE)
    if kept is not None:
        log.info("%s: counts from the snapshot %s, no request", wanted["service"], path)
        return read_table(kept, Publications)
    with new_snapshot(folder, name, day) as filling:
        counts = _ask_service(wanted, environment, now(), first_pause_s, filling / RESPONSES)
        write_table(counts, filling / TABLE, Publications)
        refuse_a_fall(wanted, TABLE, _by_year(counts), _read_by_year)
    log.info("%s: counts kept as the snapshot %s", wanted["service"], path)
    return read_table(path / TABLE, Publications)


def _ask_service(
    wanted: Mapping[str, Any],
    environment: Mapping[str, str],
    retrieved: datetime,
    first_pause_s: float,
    path: Path,
) -> pd.DataFrame:
    """Ask for the counts, and keep each answer in the file `path` as it comes."""
    service = SERVICES[wanted["service"]]
    key = environment.get(service.key_variable, "").strip()
    hide(key)
    record = {
        "service": service.name,
        "base_url": wanted["base_url"],
        "retrieved": retrieved.isoformat(timespec="seconds"),
    }
    responses: list[dict[str, Any]] = []

    def keep(request: str, response: Any) -> None:
        responses.append({"request": request, "response": response})
        write_atomically(path, json.dumps({**record, "responses": responses}, indent=1) + "\n")

    ask = _asking(service, wanted["base_url"].rstrip("/"), key, first_pause_s)
    years = range(wanted["first_year"], wanted["last_year"] + 1)
    rows = service.count(ask, key, wanted["keyword"], years, keep)
    table = table_of(rows, Publications).assign(retrieved=f"{retrieved:%Y-%m-%d}")
    return count_publications(check_table(table, Publications, service.name), service.name)


def _asking(service: CountingService, base_url: str, key: str, first_pause_s: float) -> Ask:
    """Return the function that sends requests; it names the key variable if a key is refused."""
    web = http.session(first_pause_s=first_pause_s)

    def ask(method: str, path: str, **options: Any) -> Any:
        try:
            answer = http.ask(web, method, base_url + path, what=service.name, **options)
        except http.StatusError as error:
            if error.status not in (401, 403):
                raise
            sentence = (
                f"{service.name}: the key in {service.key_variable} "
                f"{'was refused' if key else 'is not set'} (HTTP {error.status}{error.said}); "
                f"{service.key_from}."
            )
            raise http.StatusError(sentence, error.status, error.said) from None
        return http.json_of(answer, service.name)

    return ask


def _by_year(table: pd.DataFrame) -> dict[str, int]:
    years = "publications of " + table["year"].astype(str)
    return dict(zip(years, table["publications"], strict=True))


def _read_by_year(path: Path) -> dict[str, int]:
    return _by_year(read_table(path, Publications))
