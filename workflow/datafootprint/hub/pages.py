"""Fetching a listing of the Hub page by page, each kept on disk before the next is asked for.

`HfApi.list_datasets` gives the datasets of all pages in one stream and hides where one page ends,
so that a broken listing starts again from the first. Here the same address is asked with the
client's own retries, token and endpoint (`HF_ENDPOINT`, `HF_TOKEN`), and every page is written with
the address of the next. The order is that of creation, newest first: new datasets do not shift
the pages that follow.
"""

import gzip
import json
import logging
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from huggingface_hub import __version__, constants, get_token, set_client_factory
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import hf_raise_for_status, http_backoff

from datafootprint.clients import BoundedClient
from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.redaction import hide

log = logging.getLogger(__name__)

EXPAND = ("createdAt", "downloads", "downloadsAllTime", "gated", "private", "usedStorage")
ATTEMPTS = 5
TIMEOUT_S = 60.0
#: A page holds 1000 datasets, in some hundred kB.
LARGEST_PAGE_BYTES = 50_000_000
#: A listing that goes on beyond is led in circles; the Hub fills under a thousand.
MOST_PAGES = 100_000
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T")


def fetch_pages(search: str, folder: Path, first_pause_s: float = 1.0) -> int:
    """Fetch all pages of a listing into `folder`, going on after those that are there.

    Parameters
    ----------
    search : str
        Text that the Hub shall find in the identifier; empty for all datasets.
    folder : Path
        Takes `page-000001.json.gz` and so on, each with `next` and `datasets` as they came.
    first_pause_s : float
        Pause in seconds before a request is repeated; the Hub's own wish outranks it.

    Returns
    -------
    int
        Number of pages, those of earlier runs included.

    Raises
    ------
    DatafootprintError
        If the Hub refuses, cannot be reached, or answers in an unknown form.
    """
    # It may come from a file as well.
    hide(get_token() or "")
    set_client_factory(lambda: BoundedClient(LARGEST_PAGE_BYTES))
    done = page_paths(folder)
    url: str | None = _first_url(search)
    if done:
        url = read_page(done[-1])["next"]
        log.info("Hub: %d pages are there, going on after them", len(done))
    number = len(done)
    while url is not None:
        if urlsplit(url)[:2] != urlsplit(constants.ENDPOINT)[:2]:
            raise DatafootprintError(
                f"Hub: the listing goes on at {urlsplit(url).netloc}, which is not the endpoint "
                f"{constants.ENDPOINT}; if HF_ENDPOINT has changed since it began, delete {folder}."
            )
        datasets, following = _get(url, folder, first_pause_s)
        if following == url:
            raise DatafootprintError(f"Hub: page {number + 1} names itself as the next page.")
        if number == MOST_PAGES:
            raise DatafootprintError(f"Hub: the listing has not ended after {number} pages.")
        number += 1
        content = json.dumps({"next": following, "datasets": datasets}, ensure_ascii=False)
        path = folder / f"page-{number:06d}.json.gz"
        # Half a surrogate pair, which JSON may hold, fits into no file.
        packed = gzip.compress(content.encode("utf-8", "replace"), compresslevel=5, mtime=0)
        write_atomically(path, packed)
        url = following
        if number % 100 == 0:
            log.info("Hub: %d pages", number)
    return number


def page_paths(folder: Path) -> list[Path]:
    """List the pages of a listing in their order.

    Raises
    ------
    DatafootprintError
        If one is missing in between.
    """
    paths = sorted(folder.glob("page-*.json.gz"))
    for number, path in enumerate(paths, start=1):
        if path.name != f"page-{number:06d}.json.gz":
            raise DatafootprintError(
                f"{folder}: page {number} is missing; delete the pages after it and run again."
            )
    return paths


def read_page(path: Path) -> dict[str, Any]:
    """Read a page.

    Raises
    ------
    DatafootprintError
        If the file is damaged.
    """
    try:
        page: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValueError, RecursionError, zlib.error) as error:
        raise DatafootprintError(
            f"{path} is damaged ({type(error).__name__}); delete it and the pages after it, and "
            "run again."
        ) from None
    return page


def listed_datasets(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the datasets of all pages, one page in memory at a time."""
    for path in page_paths(folder):
        yield from read_page(path)["datasets"]


def _first_url(search: str) -> str:
    query = [("search", search)] if search else []
    query += [("sort", "createdAt"), *(("expand", name) for name in EXPAND)]
    return f"{constants.ENDPOINT}/api/datasets?{urlencode(query)}"


def _get(url: str, folder: Path, first_pause_s: float) -> tuple[list[dict[str, Any]], str | None]:
    try:
        response = http_backoff(
            "GET",
            url,
            headers=_headers(),
            timeout=TIMEOUT_S,
            max_retries=ATTEMPTS - 1,
            base_wait_time=first_pause_s,
            follow_redirects=False,
        )
        if response.is_redirect:
            raise DatafootprintError(
                f"Hub: {constants.ENDPOINT} redirects to another address, which is not followed "
                "because the token would go along; set HF_ENDPOINT to the right one."
            )
        hf_raise_for_status(response)
    except HfHubHTTPError as error:
        raise DatafootprintError(_refusal(error, folder)) from None
    except httpx2.HTTPError as error:
        raise DatafootprintError(
            f"Hub: no answer from {constants.ENDPOINT} in {ATTEMPTS} attempts "
            f"({type(error).__name__}); check the network and HF_ENDPOINT, and run again: the "
            f"pages in {folder} are kept."
        ) from None
    try:
        datasets = response.json()
    except (ValueError, RecursionError):
        datasets = None
    _check(datasets, response.text[:200])
    return datasets, response.links.get("next", {}).get("url")


def _headers() -> dict[str, str]:
    """Name the workflow and give the token, if there is one.

    The client's own headers carry telemetry, for which it asks the endpoint something else first
    and keeps whatever that answers.
    """
    token = None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else get_token()
    return {
        "user-agent": f"datafootprint; hf_hub/{__version__}",
        **({"authorization": f"Bearer {token}"} if token else {}),
    }


def _refusal(error: HfHubHTTPError, folder: Path) -> str:
    status = error.response.status_code
    said = f": {error.server_message}" if error.server_message else ""
    what = {
        400: f"the request was refused; if the listing was begun long ago, delete {folder}",
        401: "the token in HF_TOKEN was refused; correct it or unset it",
        403: "the token in HF_TOKEN may not list datasets; use another or unset it",
        429: "the quota of requests is used up; run again in five minutes, or with HF_TOKEN",
    }.get(status, "the request failed; run again later")
    return f"Hub: {what} (HTTP {status}{said}). The pages in {folder} are kept."


def _check(datasets: Any, text: str) -> None:
    """Refuse a page of an unknown form before it is kept."""
    fault = None
    if not isinstance(datasets, list):
        fault = f"a page is not a list of datasets: {' '.join(text.split())}"
    else:
        for item in datasets:
            if not isinstance(item, dict) or not isinstance(item.get("id"), str):
                fault = f"a dataset has no id: {str(item)[:200]}"
            elif not _TIME.match(str(item.get("createdAt"))):
                fault = f"{item['id']} has createdAt {item.get('createdAt')!r}"
            elif any(
                item.get(name) is not None and type(item[name]) is not int
                for name in ("downloads", "downloadsAllTime", "usedStorage")
            ):
                fault = f"{item['id']} has a count that is not a whole number"
            if fault:
                break
    if fault:
        raise DatafootprintError(
            f"Hub: the answer has another form than this version of the workflow knows: {fault}."
        )
