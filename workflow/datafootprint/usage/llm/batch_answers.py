"""The file of answers of a batch, read one line at a time."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from datafootprint.usage.llm.answer import LARGEST_ANSWER_BYTES


def read_answers(chunks: Iterable[bytes]) -> Iterator[tuple[str, Any, Any, Any]]:
    """Read the lines of a file of answers, one in memory at a time.

    Yields
    ------
    tuple
        Key, status, body and fault of an answer. Of a line that is none, or longer than any answer,
        only the fault.
    """
    rest = b""
    too_long = False
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if too_long or line.strip():
                yield _read_line(b"" if too_long else line)
            too_long = False
        if len(rest) > LARGEST_ANSWER_BYTES:
            rest, too_long = b"", True
    if too_long or rest.strip():
        yield _read_line(b"" if too_long else rest)


def _read_line(text: bytes) -> tuple[str, Any, Any, Any]:
    """Return key, status, body and fault of a line of a batch's answers."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return "", None, None, "a line that is not JSON"
    line = line if isinstance(line, dict) else {}
    response = line.get("response")
    response = response if isinstance(response, dict) else {}
    body = response.get("body")
    fault = line.get("error") or (body.get("error") if isinstance(body, dict) else None)
    fault = fault.get("message") or fault if isinstance(fault, dict) else fault
    return str(line.get("custom_id")), response.get("status_code"), body, fault
