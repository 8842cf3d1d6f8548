"""Clients on httpx2, until the language model's client uses `http.httpx_options` itself."""

from typing import Any

import httpx2

from datafootprint.http import httpx_options


class BoundedClient(httpx2.Client):
    """A client with the options of `http`."""

    def __init__(self, max_bytes: int, **options: Any) -> None:
        super().__init__(**httpx_options(), **options)


class BoundedAsyncClient(httpx2.AsyncClient):
    """As `BoundedClient`."""

    def __init__(self, max_bytes: int, **options: Any) -> None:
        super().__init__(**httpx_options(), **options)
