"""Getting the publication counts of a service: from a snapshot, else by asking and keeping one."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.legacy_tables import Row, read_rows, write_rows
from datafootprint.literature import dimensions, openalex
from datafootprint.literature.answers import Answer
from datafootprint.literature.asking import Service
from datafootprint.literature.publications import count_publications
from datafootprint.literature.sources import SERVICES, TABLE
from datafootprint.redaction import hide
from datafootprint.snapshots import (
    LARGEST_FALL,
    kept_table,
    new_snapshot,
    snapshot_days,
    snapshot_path,
)

log = logging.getLogger(__name__)

RESPONSES = "responses.json"


def retrieve_publications(
    wanted: Mapping[str, Any],
    environment: Mapping[str, str],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    first_pause_s: float = 2.0,
) -> list[Row]:
    """Return the counts of the snapshot that `wanted` names; ask the service if it is not there.

    Parameters
    ----------
    wanted : mapping
        As `sources.retrieval` returns it.
    environment : mapping
        Holds the service's key.
    now : callable
        Returns the time of retrieval in UTC.
    first_pause_s : float
        Pause in seconds before a request is repeated.

    Returns
    -------
    list of dict
        The columns of the table `publications`.

    Raises
    ------
    DatafootprintError
        If the service refuses or its answer cannot be believed. What it answered is then kept in a
        folder whose name ends in `.refused`, and no snapshot changes.
    """
    folder, name, day = wanted["snapshots"], wanted["name"], wanted["day"]
    path = snapshot_path(folder, name, day)
    kept = kept_table(folder, name, day, TABLE)
    if kept is not None:
        log.info("%s: counts from the snapshot %s, no request", wanted["service"], path)
        return read_rows(kept, "publications")
    retrieved = now()
    responses: list[dict[str, Any]] = []
    rows: list[Row] = []
    try:
        answer = _ask(wanted, environment, first_pause_s, responses)
        rows = _rows(answer, wanted["service"], retrieved)
        _refuse_a_fall(rows, folder, name)
    except DatafootprintError as error:
        if not responses:
            raise
        refused = path.with_name(f"{path.name}.{retrieved:%H%M%SZ}.refused")
        write_atomically(refused / RESPONSES, _text(wanted, retrieved, responses))
        if rows:
            write_rows(rows, refused / TABLE, "publications")
        raise DatafootprintError(f"{error} The answer is kept in {refused}.") from None
    with new_snapshot(folder, name, day) as filling:
        write_atomically(filling / RESPONSES, _text(wanted, retrieved, responses))
        write_rows(rows, filling / TABLE, "publications")
    log.info("%s: counts kept as the snapshot %s", wanted["service"], path)
    return read_rows(path / TABLE, "publications")


def _ask(
    wanted: Mapping[str, Any],
    environment: Mapping[str, str],
    first_pause_s: float,
    responses: list[dict[str, Any]],
) -> Answer:
    key = environment.get(SERVICES[wanted["service"]], "").strip()
    hide(key)
    service = Service(
        wanted["service"],
        wanted["base_url"].rstrip("/"),
        interval_s=dimensions.INTERVAL_S if wanted["service"] == "dimensions" else 0.0,
        first_pause_s=first_pause_s,
    )
    years = list(range(wanted["first_year"], wanted["last_year"] + 1))

    def keep(request: str, body: dict[str, Any]) -> None:
        responses.append({"request": request, "response": body})

    if wanted["service"] == "dimensions":
        return dimensions.ask_dimensions(service, key, wanted["keyword"], years, keep)
    return openalex.ask_openalex(service, key or None, wanted["keyword"], years, keep)


def _rows(answer: Answer, service: str, retrieved: datetime) -> list[Row]:
    stamped = [
        {
            **row,
            "retrieved": f"{retrieved:%Y-%m-%d}",
            "query": answer.query,
            "service_version": answer.service_version,
        }
        for row in answer.rows
    ]
    return count_publications(stamped, service)


def _text(
    wanted: Mapping[str, Any], retrieved: datetime, responses: Sequence[Mapping[str, Any]]
) -> str:
    record = {
        "service": wanted["service"],
        "base_url": wanted["base_url"],
        "retrieved": retrieved.isoformat(timespec="seconds"),
        "responses": responses,
    }
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _refuse_a_fall(rows: Sequence[Row], folder: str, name: str) -> None:
    """Compare with the newest earlier snapshot of the same query.

    Raises
    ------
    DatafootprintError
        If a count fell by more than `LARGEST_FALL`.
    """
    days = snapshot_days(folder, name)
    if not days:
        return
    last = snapshot_path(folder, name, days[-1])
    before = {row["year"]: row["publications"] for row in read_rows(last / TABLE, "publications")}
    for row in rows:
        old, new = before.get(row["year"], 0), row["publications"]
        if new < old * (1 - LARGEST_FALL):
            raise DatafootprintError(
                f"{name}: publications of {row['year']} fell from {old} ({days[-1]}) to {new}, by "
                f"more than {LARGEST_FALL:.0%}; the last snapshot stays the newest. To accept the "
                "new counts take `.refused` and the time out of the folder's name and run again; "
                f"to go on with the old ones set literature.retrieved to {days[-1]}."
            )
