"""Blotting out credentials in whatever is shown or written."""

import json
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus, unquote

#: Variables of the environment that hold credentials.
SECRET_VARIABLES = (
    "OPENAI_API_KEY",
    "DIMENSIONS_API_KEY",
    "OPENALEX_API_KEY",
    "OPENREVIEW_USERNAME",
    "OPENREVIEW_PASSWORD",
    "OPENREVIEW_TOKEN",
    "OPENREVIEW_MFA_CODE",
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
)
#: A shorter text occurs in everything, and blotting it out would leave nothing to read.
SHORTEST = 4


_SESSIONS: set[str] = set()
_PASSWORD_IN_URL = re.compile(r"://[^/@:\s]*:([^/@\s]+)@")


def hide(secret: str) -> None:
    """Count a text, such as the token of a session, among the credentials of this process."""
    _SESSIONS.add(secret)


def without_secrets(text: str) -> str:
    """Replace the credentials of the environment by `***`, also as URLs and literals write them.

    Those are the variables of `SECRET_VARIABLES`, passwords in the addresses of proxies and other
    URLs there, and what was given to `hide`.
    """
    for secret in (*_credentials(), *_SESSIONS):
        if len(secret) < SHORTEST:
            continue
        forms = {secret, quote(secret, safe=""), quote_plus(secret), quote(secret)}
        # A text within a text, as models send it, is escaped more than once.
        for _ in range(3):
            forms |= {escaped(form)[1:-1] for form in forms for escaped in (json.dumps, repr)}
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, "***")
    return text


def redacted(value: Any) -> Any:
    """Return a JSON value whose texts went through `without_secrets`."""
    if isinstance(value, dict):
        return {without_secrets(key): redacted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted(item) for item in value]
    return without_secrets(value) if isinstance(value, str) else value


def _credentials() -> Iterator[str]:
    for name in SECRET_VARIABLES:
        yield os.environ.get(name, "").strip()
    for value in os.environ.values():
        for match in _PASSWORD_IN_URL.finditer(value):
            yield from (match[1], unquote(match[1]))
