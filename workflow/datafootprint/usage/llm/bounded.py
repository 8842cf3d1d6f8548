"""A client of the model's server that neither follows it elsewhere nor takes an endless answer."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import openai

#: Far more than any completion holds.
LARGEST_ANSWER_BYTES = 10_000_000


def bounded_client() -> Any:
    """Return a client for `openai.AsyncOpenAI`."""
    return openai.DefaultAsyncHttpxClient(
        follow_redirects=False,
        # A packed answer could unpack to any size.
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [_bound]},
    )


async def _bound(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx2.DecodingError("a packed answer, which was not asked for")
    response.stream = _Bounded(response.stream)


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > LARGEST_ANSWER_BYTES:
                raise httpx2.ReadError(f"an answer of more than {LARGEST_ANSWER_BYTES} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
