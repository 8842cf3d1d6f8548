"""The limits of requests and tokens per minute that a server has, and the pauses it asks for."""

import asyncio
from pathlib import Path

from datafootprint.config_model import LanguageModel
from datafootprint.usage.llm.refusals import server_of
from datafootprint.waiting import Pace


class RateLimit:
    """Lets requests through no faster than the limits, over all jobs that share a folder."""

    def __init__(self, settings: LanguageModel, folder: Path) -> None:
        requests, tokens = settings.requests_per_minute, settings.tokens_per_minute
        self._s_per_request = 60 / requests if requests else 0.0
        self._s_per_token = 60 / tokens if tokens else 0.0
        self._pace = Pace(folder, "pace")
        self._server = server_of(settings)

    async def turn(self, tokens: float) -> None:
        """Wait until a request of about `tokens` tokens may be sent."""
        slots = {"requests": self._s_per_request, "tokens": tokens * self._s_per_token, "pause": 0}
        while (wait_s := self._pace.book(self._places(slots))) > 0:
            await asyncio.sleep(wait_s)
            slots = {"pause": 0}

    def hold(self, seconds: float) -> None:
        """Send nothing for so many seconds."""
        self._pace.hold(f"{self._server} pause", seconds)

    def _places(self, slots: dict[str, float]) -> dict[str, float]:
        return {f"{self._server} {name}": seconds for name, seconds in slots.items()}
