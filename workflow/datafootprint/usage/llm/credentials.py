"""The key for the model's server: from the environment, and only there."""

import os
from ipaddress import ip_address
from urllib.parse import urlsplit

from datafootprint.errors import DatafootprintError

KEY_VARIABLE = "OPENAI_API_KEY"


def api_key(base_url: str | None) -> str:
    """Return the key for the model's server; one on this machine needs none."""
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key or _on_this_machine(base_url):
        return key or "none"
    raise DatafootprintError(
        f"usage.classifier is llm, but the environment variable {KEY_VARIABLE} is not set; set it "
        "(to anything, if all answers are in the cache), name a server on this machine in "
        "usage.llm.base_url, or set usage.classifier to rules."
    )


def _on_this_machine(base_url: str | None) -> bool:
    host = urlsplit(base_url or "").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
