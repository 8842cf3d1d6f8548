"""Which table or snapshot the publication counts come from, decided before anything runs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.snapshots import choose_day, kept_table, snapshot_name

#: Environment variable with the key of each service.
SERVICES = {"dimensions": "DIMENSIONS_API_KEY", "openalex": "OPENALEX_API_KEY"}
#: The counts in a snapshot.
TABLE = "publications.csv"
#: Services that answer nobody without a key.
KEY_REQUIRED = ("dimensions",)


def publication_table(source: str, published: str) -> str:
    """Return the path of the table of counts of a source, in the results if it is a service."""
    if source == "published":
        return f"{published}/publications.csv"
    if source in SERVICES:
        return f"results/publications_{source}.csv"
    return source


def retrieval(
    service: str,
    literature: Mapping[str, Any],
    years: Sequence[int],
    today: date,
    environment: Mapping[str, str],
) -> dict[str, Any]:
    """Say what to ask a service, or which snapshot answers it.

    Parameters
    ----------
    service : str
        A key of `SERVICES`.
    literature : mapping
        The section of the configuration.
    years : sequence of int
        Years of the estimate, ascending.
    today : date
        In UTC; it dates a new snapshot and decides nothing else.
    environment : mapping
        Searched for the key, if the service has to be asked.

    Returns
    -------
    dict
        service, keyword, first_year, last_year (the one running on that day, which is counted along
        and marked), base_url, snapshots (folder), name, day.

    Raises
    ------
    DatafootprintError
        If the day asked for has no snapshot or an incomplete one, the key is missing, or the last
        year is not over.
    """
    keyword = literature["keyword"]
    name = snapshot_name(service, keyword, f"since {years[0]}")
    folder = literature["snapshots"]
    day = choose_day(str(literature["retrieved"]), folder, name, today)
    if years[-1] >= int(day[:4]):
        anew = f", or literature.retrieved to {today} to ask anew" if today.year > years[-1] else ""
        raise DatafootprintError(
            f"config: projection.until is {years[-1]}, but the counts of {service} are of {day}, "
            f"when {years[-1]} was not over; set projection.until to {int(day[:4]) - 1}{anew}."
        )
    variable = SERVICES[service]
    to_be_asked = kept_table(folder, name, day, TABLE) is None
    if to_be_asked and service in KEY_REQUIRED and not environment.get(variable, "").strip():
        raise DatafootprintError(
            f"config: {service} needs a key in the environment variable {variable}, which is not "
            f"set, and {folder} has no snapshot {name}_{day} to use instead."
        )
    return {
        "service": service,
        "keyword": keyword,
        "first_year": years[0],
        "last_year": int(day[:4]),
        "base_url": literature[service]["base_url"],
        "snapshots": folder,
        "name": name,
        "day": day,
    }
