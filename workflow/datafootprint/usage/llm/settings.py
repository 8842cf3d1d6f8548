"""What the configuration says about the language model, and the key from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from datafootprint.errors import DatafootprintError

KEY_VARIABLE = "OPENAI_API_KEY"


@dataclass(frozen=True)
class Settings:
    """The section `usage.llm` of the configuration; every key is described in its schema."""

    base_url: str | None
    model: str
    temperature: float | None
    context: str
    concurrency: int
    requests_per_minute: float | None
    tokens_per_minute: float | None
    timeout_s: float
    max_output_tokens: int
    input_usd_per_million_tokens: float
    output_usd_per_million_tokens: float
    batch_price_factor: float
    budget_usd: float
    batch: bool
    batch_poll_s: float

    @classmethod
    def from_config(cls, section: Mapping[str, Any]) -> "Settings":
        """Make it from the section `usage.llm`."""
        return cls(**section)

    def cost_usd(self, input_tokens: float, output_tokens: float) -> float:
        """Return what a request of so many tokens costs, in US dollars."""
        factor = self.batch_price_factor if self.batch else 1.0
        return (
            factor
            * (
                input_tokens * self.input_usd_per_million_tokens
                + output_tokens * self.output_usd_per_million_tokens
            )
            / 1e6
        )


def api_key(base_url: str | None) -> str:
    """Return the key for the model's server from the environment.

    A server on this machine needs none.

    Raises
    ------
    DatafootprintError
        If the server is elsewhere and no key is set.
    """
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key or _on_this_machine(base_url):
        return key or "none"
    raise DatafootprintError(
        f"usage.classifier is llm, but the environment variable {KEY_VARIABLE} is not set; set it, "
        "name a server on this machine in usage.llm.base_url, or set usage.classifier to rules."
    )


def _on_this_machine(base_url: str | None) -> bool:
    host = urlsplit(base_url or "").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
