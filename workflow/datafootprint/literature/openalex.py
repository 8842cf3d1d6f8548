"""Counting publications with OpenAlex, an open index of the literature.

Documentation: https://developers.openalex.org. The requests go through `requests`, as those to
Dimensions do: the pyalex client has its host built in (a mirror or a test server would need a
subclass), keeps the key in a global, and would save only the building of one query string.

OpenAlex searches titles, abstracts and, where it has it, the full text. A keyword that stands only
in the body of a paper is therefore found in a part of the works, and how large that part is differs
from year to year; so the share of works with full text is counted along.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

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

KEY_VARIABLE = SERVICES["openalex"]
FULL_TEXT = "has_fulltext:true"


def ask_openalex(
    service: Service, key: str | None, keyword: str, years: Sequence[int], keep: Keep
) -> Answer:
    """Count the works a year that mention `keyword`, and how many works can be searched in full.

    Four requests: works with the keyword, those of them with full text, all works, all works with
    full text.

    Parameters
    ----------
    service : Service
        Where to ask.
    key : str or None
        The API key; None asks without one, within a small quota.
    keyword : str
        One word, or several, which are searched as a phrase.
    years : sequence of int
        Ascending; the last one is running and may be missing in the answer.
    keep : callable
        See `Keep`.

    Raises
    ------
    DatafootprintError
        If the key or the query is refused, the quota is used up, or the answer is empty, incomplete
        or of an unknown form.
    """
    search = keyword if keyword.isalnum() else '"' + keyword.replace('"', " ") + '"'
    of_years = f"publication_year:{years[0]}-{years[-1]}"
    counts = {}
    for part, query in {
        "found": {"search": search, "filter": of_years},
        "found_in_full_text": {"search": search, "filter": f"{of_years},{FULL_TEXT}"},
        "works": {"filter": of_years},
        "works_with_full_text": {"filter": f"{of_years},{FULL_TEXT}"},
    }.items():
        query = {**query, "group_by": "publication_year"}
        body = _get(service, key, query)
        keep(f"/works?{urlencode(query)}", body)
        counts[part] = read_counts(service.name, body.get("group_by"), "key", years)
        warn_of_other_total(service.name, counts[part], body.get("meta"), "count")
        if part in ("found", "works"):
            require_whole_years(service.name, counts[part], years, keyword)
    rows: list[dict[str, Any]] = []
    for year in sorted(counts["found"]):
        works = counts["works"].get(year, 0)
        rows.append(
            {
                "year": year,
                "publications": counts["found"][year],
                "publications_with_full_text": counts["found_in_full_text"].get(year, 0),
                "full_text_coverage": (
                    counts["works_with_full_text"].get(year, 0) / works if works else None
                ),
            }
        )
    query = {"search": search, "filter": of_years, "group_by": "publication_year"}
    return Answer(rows=rows, query=f"/works?{urlencode(query)}", service_version=None)


def _get(service: Service, key: str | None, query: dict[str, str]) -> dict[str, Any]:
    response = service.send(
        "GET", "/works", params=query if key is None else {**query, "api_key": key}
    )
    if response.status_code in (401, 403):
        state = "is not set" if key is None else "was refused"
        raise DatafootprintError(
            f"{service.name}: the key in {KEY_VARIABLE} {state} (HTTP {response.status_code}"
            f"{service.said(response)}); a key is free at https://openalex.org/settings/api."
        )
    if response.status_code != 200:
        raise DatafootprintError(
            f"{service.name}: the query was refused (HTTP {response.status_code}"
            f"{service.said(response)})."
        )
    return service.json(response)
