"""Counting publications with OpenAlex, an open index of the literature.

Documentation: https://developers.openalex.org. OpenAlex searches titles, abstracts and, where it
has it, the full text. A keyword that occurs only in the body of a paper is therefore found in a
part of the works, which differs from year to year; so the share of works with full text is counted
too.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from datafootprint.literature.counting import Ask, CountingService, read_counts

NAME = "openalex"


def count_in_openalex(
    ask: Ask, key: str, keyword: str, years: Sequence[int]
) -> list[dict[str, Any]]:
    """Count the works per year that mention `keyword`, and how many works have full text.

    It takes four requests: works with the keyword, those of them with full text, all works, all
    works with full text. Several words are searched as a phrase.
    """
    search = {"search": keyword if keyword.isalnum() else '"' + keyword.replace('"', " ") + '"'}
    in_years = f"publication_year:{years[0]}-{years[-1]}"
    in_full_text = f"{in_years},has_fulltext:true"
    counts, requests = {}, {}
    for part, query in {
        "found": {**search, "filter": in_years},
        "found_in_full_text": {**search, "filter": in_full_text},
        "works": {"filter": in_years},
        "works_with_full_text": {"filter": in_full_text},
    }.items():
        query = {**query, "group_by": "publication_year"}
        requests[part] = f"/works?{urlencode(query)}"
        sent = {**query, "api_key": key} if key else query
        answer = ask("GET", "/works", keep_as=requests[part], params=sent)
        counts[part] = read_counts(NAME, answer, years)
    return [
        {
            "year": year,
            "publications": found,
            "query": requests["found"],
            "publications_with_full_text": counts["found_in_full_text"].get(year, 0),
            "full_text_coverage": (
                counts["works_with_full_text"].get(year, 0) / counts["works"][year]
                if counts["works"].get(year)
                else None
            ),
        }
        for year, found in counts["found"].items()
    ]


SERVICE = CountingService(
    name=NAME,
    base_url="https://api.openalex.org",
    key_variable="OPENALEX_API_KEY",
    key_required=False,
    key_from="a key is free at https://openalex.org/settings/api",
    count=count_in_openalex,
)
