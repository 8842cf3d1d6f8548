"""The services that count publications, and which table or snapshot the counts come from."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.literature import dimensions, openalex
from datafootprint.snapshots import choose_day, kept_table, snapshot_name

#: Every service by name. A new one is a module with a `SERVICE`, listed here.
SERVICES = {module.SERVICE.name: module.SERVICE for module in (dimensions, openalex)}
#: The source that counts the venue's own papers.
VENUE = "venue"
#: The file of a snapshot that holds the counts.
TABLE = "publications.csv"


def publication_table(source: str, published: str) -> str:
    """Return the path of the table of counts of a source, which is in the results for a service."""
    if source == "published":
        return f"{published}/publications.csv"
    if source == VENUE:
        return "results/usage_counts.csv"
    if source in SERVICES:
        return f"results/publications_{source}.csv"
    return source


def retrieval(
    name: str,
    literature: Mapping[str, Any],
    years: Sequence[int],
    today: date,
    environment: Mapping[str, str],
) -> dict[str, Any]:
    """Return what to ask the service `name`, or which snapshot to use instead.

    That is service, keyword, first_year, last_year, base_url, snapshots (folder), name and day. The
    key in `environment` is needed only if the service has to be asked; `today` (UTC) dates a new
    snapshot.
    """
    service = SERVICES[name]
    snapshot = snapshot_name(name, literature["keyword"], f"since {years[0]}")
    folder = literature["snapshots"]
    day = choose_day(str(literature["retrieved"]), folder, snapshot, today)
    running = int(day[:4])
    if years[-1] >= running:
        again = f", or literature.retrieved to {today} to ask again"
        raise DatafootprintError(
            f"config: projection.until is {years[-1]}, but the counts of {name} are of {day}, when "
            f"{years[-1]} was not over; set projection.until to {running - 1}"
            f"{again if today.year > years[-1] else ''}."
        )
    wanted = {
        "service": name,
        "keyword": literature["keyword"],
        "first_year": years[0],
        "last_year": running,
        "base_url": literature[name]["base_url"],
        "snapshots": folder,
        "name": snapshot,
        "day": day,
    }
    has_key = environment.get(service.key_variable, "").strip()
    if service.key_required and not has_key and kept_table(wanted, TABLE) is None:
        raise DatafootprintError(
            f"config: {name} needs a key in the environment variable {service.key_variable}, which "
            f"is not set, and {folder} has no snapshot {snapshot}_{day} to use instead."
        )
    return wanted
