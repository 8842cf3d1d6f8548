"""The file of requests of a batch, and how many requests make one."""

import json
from collections.abc import Iterator, Sequence

from datafootprint.usage.llm.prompt import Message, request_body
from datafootprint.usage.llm.settings import Settings

#: Requests in one batch, and bytes of their file; the API allows 50,000 and 200 MB (OpenAI, Batch
#: API guide).
LARGEST_BATCH = 20_000
LARGEST_BATCH_BYTES = 150_000_000

#: The messages of each request, by its key.
Requests = dict[str, list[Message]]


def request_line(key: str, messages: Sequence[Message], settings: Settings) -> bytes:
    """Write a request as a line of the file."""
    body = request_body(messages, settings)
    line = {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
    return json.dumps(line).encode() + b"\n"


def portions(requests: Requests, settings: Settings) -> Iterator[Requests]:
    """Part requests into batches that the API takes."""
    portion: Requests = {}
    size = 0
    for key in sorted(requests):
        length = len(request_line(key, requests[key], settings))
        if portion and (len(portion) >= LARGEST_BATCH or size + length > LARGEST_BATCH_BYTES):
            yield portion
            portion, size = {}, 0
        portion[key] = requests[key]
        size += length
    yield portion
