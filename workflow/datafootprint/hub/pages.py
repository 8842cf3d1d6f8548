"""Fetching a listing of the Hub page by page, each kept on disk before the next is asked for.

`HfApi.list_datasets` gives the datasets of all pages in one stream and hides where a page ends, so
that a broken listing starts again from the first. Here the same address is asked, with the token
and endpoint that huggingface_hub finds (`HF_TOKEN` or a file, `HF_ENDPOINT`), and every page is
written with the address of the next. The order is that of creation, newest first: new datasets do
not shift the pages that follow.
"""

import gzip
import json
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from huggingface_hub import constants, get_token
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from requests import Session

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.http import StatusError, ask, json_of, session, shown_host
from datafootprint.records import in_form
from datafootprint.redaction import hide
from datafootprint.waiting import Patience

log = logging.getLogger(__name__)

#: What is wanted of each dataset. The Hub allows some of it, and what it allows changes.
NEEDED = "createdAt"
EXPAND = (
    *(NEEDED, "downloads", "downloadsAllTime", "gated", "private"),
    *("usedStorage", "mainSize"),
)
#: The Hub counts requests over five minutes.
LONGEST_WAIT_S = 600.0
_ADVICE = {
    401: "Correct or unset HF_TOKEN.",
    403: "Use another HF_TOKEN or unset it.",
}


class _Listed(BaseModel):
    """What a page must say of each dataset; the rest of it is kept as it came."""

    model_config = ConfigDict(strict=True)

    id: str
    created: str = Field(alias="createdAt", pattern=r"^\d{4}-\d{2}-\d{2}T")
    downloads: int | None = None
    downloads_all_time: int | None = Field(None, alias="downloadsAllTime")
    stored_bytes: int | None = Field(None, alias="usedStorage")
    main_bytes: int | None = Field(None, alias="mainSize")


_PAGE = TypeAdapter(list[_Listed])


def fetch_pages(search: str, folder: Path, first_pause_s: float = 1.0) -> None:
    """Fetch all pages of a listing into `folder`, after those that are there.

    The Hub finds `search` in the identifier; empty for all datasets. The pages are
    `page-000001.json.gz` and so on, each with its `address`, `next`, and `datasets` as they came.
    """
    endpoint = urlsplit(constants.ENDPOINT)
    if "@" in endpoint.netloc or endpoint.query or endpoint.fragment:
        raise DatafootprintError(
            "HF_ENDPOINT has a name or password in it, or a query; give the address of the Hub "
            "alone, and a key in HF_TOKEN."
        )
    patience = Patience(longest_s=LONGEST_WAIT_S)
    web = session(timeout_s=60, first_pause_s=first_pause_s, patience=patience)
    token = None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else get_token()
    if token:
        hide(token)
        web.headers["Authorization"] = f"Bearer {token}"
    number, fields = len(page_paths(folder)), list(EXPAND)
    url: str | None = _first_url(search, fields)
    if number:
        url = read_page(page_paths(folder)[-1])["next"]
        log.info("Hub: %d pages are in %s, going on after them", number, folder)
    asked = set()
    while url is not None:
        asked.add(url)
        if urlsplit(url)[:2] != endpoint[:2]:
            raise DatafootprintError(
                f"Hub: the listing goes on at {shown_host(url)}, which is not the endpoint "
                f"{constants.ENDPOINT}; if HF_ENDPOINT has changed since it began, delete {folder}."
            )
        try:
            datasets, following = _get(web, url)
        except DatafootprintError as error:
            fewer = [] if number else _allowed(fields, error)
            if not fewer:
                raise DatafootprintError(_with_advice(error, folder, number)) from None
            log.info("Hub: asked for less (HTTP 400): %s", ", ".join(fewer))
            fields, url = fewer, _first_url(search, fewer)
            continue
        number += 1
        if following in asked:
            raise DatafootprintError(f"Hub: page {number} names a page before it as the next.")
        content = json.dumps({"address": url, "next": following, "datasets": datasets})
        path = folder / f"page-{number:06d}.json.gz"
        write_atomically(path, gzip.compress(content.encode(), compresslevel=5, mtime=0))
        url = following
        if number % 100 == 0:
            log.info("Hub: %d pages", number)


def page_paths(folder: Path) -> list[Path]:
    """List the pages of a listing in their order; none may be missing."""
    paths = sorted(folder.glob("page-*.json.gz"))
    for number, path in enumerate(paths, start=1):
        if path.name != f"page-{number:06d}.json.gz":
            raise DatafootprintError(
                f"{folder}: page {number} is missing; delete the pages after it and run again."
            )
    return paths


def read_page(path: Path) -> dict[str, Any]:
    """Read a page."""
    try:
        page: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DatafootprintError(
            f"{path} is damaged ({type(error).__name__}); delete it and the pages after it, and "
            "run again."
        ) from None
    return page


def listed_datasets(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the datasets of all pages, one page in memory at a time."""
    for path in page_paths(folder):
        yield from read_page(path)["datasets"]


def _first_url(search: str, fields: Sequence[str]) -> str:
    query = [("search", search)] if search else []
    query += [("sort", "createdAt"), *(("expand", name) for name in fields)]
    return f"{constants.ENDPOINT}/api/datasets?{urlencode(query)}"


def _allowed(fields: Sequence[str], error: DatafootprintError) -> list[str]:
    """Return those of the fields that a refusal (HTTP 400) allows; none if it does not help.

    The Hub answers with the list of what it allows: `expected one of "author"|"createdAt"|...`.
    """
    if not isinstance(error, StatusError) or error.status != 400:
        return []
    listed = set(re.findall(r"\w+", error.body.partition("one of")[2]))
    fewer = [name for name in fields if name in listed]
    return fewer if NEEDED in fewer and len(fewer) < len(fields) else []


def _with_advice(error: DatafootprintError, folder: Path, number: int) -> str:
    status = getattr(error, "status", 0)
    advice = _ADVICE.get(status, "")
    if status == 400 and number:
        advice = "To begin a new listing, set hub.retrieved to today's date (UTC)."
    return f"{error} The pages in {folder} are kept. {advice}".rstrip()


def _get(web: Session, url: str) -> tuple[list[dict[str, Any]], str | None]:
    """Return the datasets of a page and the address of the next."""
    response = ask(web, "GET", url, what="Hub")
    datasets = json_of(response, "Hub")
    in_form(datasets, _PAGE, "Hub")
    return datasets, response.links.get("next", {}).get("url")
