"""Counting publications with the Dimensions Analytics API and its query language (DSL).

Documentation: https://docs.dimensions.ai/dsl/. The service is paid. It allows 30 requests per
minute, more than one retrieval sends even if every request is repeated.
"""

import json
from collections.abc import Sequence
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.literature.counting import Ask, CountingService, read_counts
from datafootprint.redaction import hide

NAME = "dimensions"


def dimensions_query(keyword: str, years: Sequence[int]) -> str:
    """Write the query: publications per year that mention `keyword` anywhere."""
    phrase = keyword.replace("\\", "\\\\").replace('"', '\\"')
    quoted = json.dumps(f'"{phrase}"', ensure_ascii=False)
    return (
        f"search publications in full_data for {quoted} "
        f"where year in [{years[0]}:{years[-1]}] return year limit 1000"
    )


def count_in_dimensions(
    ask: Ask, key: str, keyword: str, years: Sequence[int]
) -> list[dict[str, Any]]:
    """Count the publications per year that have `keyword` as a phrase in their full data."""
    login = ask("POST", "/api/auth.json", json={"key": key})
    token = login.get("token") if isinstance(login, dict) else None
    if not isinstance(token, str) or not token:
        raise DatafootprintError(
            f"{NAME}: the login answered without a token; the service may have changed."
        )
    hide(token)
    headers = {"Authorization": f"JWT {token}"}
    query = dimensions_query(keyword, years)
    body = ask("POST", "/api/dsl/v2", keep_as=query, data=query.encode(), headers=headers)
    if isinstance(body, dict) and "errors" in body:
        raise DatafootprintError(f"{NAME}: the query was refused: {json.dumps(body['errors'])}.")
    counts = read_counts(NAME, body, years)
    version = body.get("_version")
    origin = {
        "query": query,
        "service_version": None if version is None else json.dumps(version, sort_keys=True),
    }
    return [{"year": year, "publications": count, **origin} for year, count in counts.items()]


SERVICE = CountingService(
    name=NAME,
    base_url="https://app.dimensions.ai",
    key_variable="DIMENSIONS_API_KEY",
    key_required=True,
    key_from="a key comes with a subscription to the Dimensions Analytics API",
    count=count_in_dimensions,
)
