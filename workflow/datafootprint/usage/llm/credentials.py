"""The key for the language model's server, from the environment."""

import os
from urllib.parse import urlsplit

from datafootprint.errors import DatafootprintError

KEY_VARIABLE = "OPENAI_API_KEY"


def api_key(base_url: str | None) -> str:
    """Return the key for the model's server; one on this machine needs none."""
    key = os.environ.get(KEY_VARIABLE, "").strip()
    host = urlsplit(base_url or "").hostname
    if key or host in ("localhost", "127.0.0.1", "::1"):
        return key or "none"
    raise DatafootprintError(
        f"usage.classifier is llm, but the environment variable {KEY_VARIABLE} is not set; set it "
        "(to anything, if all answers are in the cache), name a server on this machine in "
        "usage.llm.base_url, or set usage.classifier to rules."
    )
