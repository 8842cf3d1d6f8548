"""Clients on httpx2 that follow no server elsewhere and take no endless answer."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2

from datafootprint.certificates import OF_HTTPX, OF_REQUESTS, authorities, context_of, distrust
from datafootprint.errors import DatafootprintError


class BoundedClient(httpx2.Client):
    """A client whose answers hold at most `max_bytes` bytes.

    A certificate that cannot be verified is a `DatafootprintError`, which nobody tries again.
    """

    def __init__(self, max_bytes: int, **options: Any) -> None:
        def bound(response: httpx2.Response) -> None:
            _refuse_packed(response)
            response.stream = _Bounded(response.stream, max_bytes)

        super().__init__(**_options(), event_hooks={"response": [bound]}, **options)

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request, as every method of the client does."""
        try:
            return super().send(request, **options)
        except httpx2.ConnectError as error:
            _refuse_distrusted(error, request)
            raise


class BoundedAsyncClient(httpx2.AsyncClient):
    """As `BoundedClient`."""

    def __init__(self, max_bytes: int, **options: Any) -> None:
        async def bound(response: httpx2.Response) -> None:
            _refuse_packed(response)
            response.stream = _Bounded(response.stream, max_bytes)

        super().__init__(**_options(), event_hooks={"response": [bound]}, **options)

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request, as every method of the client does."""
        try:
            return await super().send(request, **options)
        except httpx2.ConnectError as error:
            _refuse_distrusted(error, request)
            raise


class _Bounded(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    def __init__(self, stream: Any, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            self._check(size)
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            self._check(size)
            yield chunk

    def _check(self, size: int) -> None:
        if size > self._max_bytes:
            raise httpx2.ReadError(f"an answer of more than {self._max_bytes / 1e6:.1f} MB")

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()


def _options() -> dict[str, Any]:
    path = authorities(*OF_HTTPX, *OF_REQUESTS)
    return {
        "follow_redirects": False,
        "verify": True if path is None else context_of(path),
        "limits": httpx2.Limits(max_connections=1000, max_keepalive_connections=100),
        # A packed answer could unpack to any size.
        "headers": {"Accept-Encoding": "identity"},
    }


def _refuse_packed(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx2.DecodingError("a packed answer, which was not asked for")


def _refuse_distrusted(error: httpx2.ConnectError, request: httpx2.Request) -> None:
    said = distrust(error, request.url.host)
    if said is not None:
        raise DatafootprintError(f"{said}.") from None
