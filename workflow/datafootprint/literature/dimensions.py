"""Counting publications with the Dimensions Analytics API (its query language, DSL).

Documentation: https://docs.dimensions.ai/dsl/. The service is paid and allows 30 requests a minute.
"""

import json
from collections.abc import Sequence
from typing import Any

import requests

from datafootprint.errors import DatafootprintError
from datafootprint.literature.answers import (
    Answer,
    Keep,
    read_counts,
    require_whole_years,
    warn_of_other_total,
)
from datafootprint.literature.asking import Service
from datafootprint.literature.sources import SERVICES
from datafootprint.redaction import hide, without_secrets

KEY_VARIABLE = SERVICES["dimensions"]
#: Between two requests, in seconds.
INTERVAL_S = 2.0


class _Token(requests.auth.AuthBase):
    """Put the token where Dimensions looks for it; as `auth` it outranks a .netrc file."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"JWT {self.token}"
        return request


def dimensions_query(keyword: str, years: Sequence[int]) -> str:
    """Write the query: publications that mention `keyword` anywhere, a count for each year."""
    phrase = keyword.replace("\\", "\\\\").replace('"', '\\"')
    quoted = json.dumps(f'"{phrase}"', ensure_ascii=False)
    return (
        f"search publications in full_data for {quoted} "
        f"where year in [{years[0]}:{years[-1]}] return year limit 1000"
    )


def ask_dimensions(
    service: Service, key: str, keyword: str, years: Sequence[int], keep: Keep
) -> Answer:
    """Count the publications a year that mention `keyword`.

    Parameters
    ----------
    service : Service
        Where to ask.
    key : str
        The API key; it is exchanged for a token, which is renewed once if it is refused.
    keyword : str
        Searched as a phrase in the full data.
    years : sequence of int
        Ascending; the last one is running and may be missing in the answer.
    keep : callable
        See `Keep`.

    Raises
    ------
    DatafootprintError
        If the key or the query is refused (the errors as they came), the quota is used up, or the
        answer is empty, incomplete or of an unknown form.
    """
    query = dimensions_query(keyword, years)
    response = _ask(service, _log_in(service, key), query)
    if response.status_code in (401, 403):
        response = _ask(service, _log_in(service, key), query)
    if response.status_code in (401, 403):
        raise DatafootprintError(
            f"{service.name}: refused a fresh token (HTTP {response.status_code}"
            f"{service.said(response)}); the account behind {KEY_VARIABLE} has no access to the "
            "query API."
        )
    if response.status_code != 200:
        raise DatafootprintError(
            f"{service.name}: the query was refused (HTTP {response.status_code}): "
            f"{_errors(service, response)}"
        )
    body = service.json(response)
    keep(query, body)
    if "errors" in body:
        raise DatafootprintError(
            f"{service.name}: the query was refused: {_errors(service, response)}"
        )
    counts = read_counts(service.name, body.get("year"), "id", years)
    require_whole_years(service.name, counts, years, keyword)
    warn_of_other_total(service.name, counts, body.get("_stats"), "total_count")
    version = body.get("_version")
    return Answer(
        rows=[{"year": year, "publications": count} for year, count in sorted(counts.items())],
        query=query,
        service_version=None if version is None else json.dumps(version, sort_keys=True),
    )


def _log_in(service: Service, key: str) -> str:
    response = service.send("POST", "/api/auth.json", json={"key": key})
    if response.status_code != 200:
        raise DatafootprintError(
            f"{service.name}: login with {KEY_VARIABLE} was refused (HTTP {response.status_code}"
            f"{service.said(response)}); check the key."
        )
    token: Any = service.json(response).get("token")
    if not isinstance(token, str) or not token:
        raise DatafootprintError(
            f"{service.name}: the login answered without a token; the service may have changed."
        )
    hide(token)
    return token


def _ask(service: Service, token: str, query: str) -> requests.Response:
    return service.send("POST", "/api/dsl/v2", data=query.encode(), auth=_Token(token))


def _errors(service: Service, response: requests.Response) -> str:
    """Show the errors as they came."""
    errors = service.json(response).get("errors")
    if errors is None:
        return service.said(response).removeprefix(": ")
    return without_secrets(json.dumps(errors, ensure_ascii=False))
