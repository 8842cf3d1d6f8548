"""Blotting out credentials in whatever is shown or written."""

import json
import os
from urllib.parse import quote, quote_plus

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


def without_secrets(text: str) -> str:
    """Replace the credentials of the environment by `***`, also as URLs and literals write them."""
    for name in SECRET_VARIABLES:
        secret = os.environ.get(name, "").strip()
        if len(secret) < SHORTEST:
            continue
        forms = {secret, quote(secret, safe=""), quote_plus(secret)}
        forms |= {json.dumps(secret)[1:-1], repr(secret)[1:-1]}
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, "***")
    return text
