"""Blotting out credentials in what people read: logs, error sentences, tracebacks.

Nothing that comes in or is kept goes through here: a cached answer stays as it came.
"""

import json
import os
import re
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
#: A shorter secret, such as `test`, may be an everyday word, and blotting it out damages sentences.
SHORTEST = 8

_TOKENS: set[str] = set()
_PASSWORD_IN_URL = re.compile(r"://[^/@:\s]*:([^/@\s]+)@")


def hide(secret: str) -> None:
    """Count a text, such as the token of a session, among the credentials of this process."""
    _TOKENS.add(secret)


def without_secrets(text: str) -> str:
    """Replace credentials by `***`, also in the forms that URLs and JSON have.

    They are the values of `SECRET_VARIABLES`, passwords in URLs of the environment (of proxies),
    and what `hide` was given, each if it has at least `SHORTEST` characters.
    """
    for secret in {os.environ.get(name, "").strip() for name in SECRET_VARIABLES} | _TOKENS:
        text = _without(text, secret)
    for value in os.environ.values():
        for match in _PASSWORD_IN_URL.finditer(value):
            text = _without(_without(text, match[1]), unquote(match[1]))
    return text


def _without(text: str, secret: str) -> str:
    if len(secret) < SHORTEST:
        return text
    forms = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
    forms |= {json.dumps(secret)[1:-1], repr(secret)[1:-1]}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, "***")
    return text
