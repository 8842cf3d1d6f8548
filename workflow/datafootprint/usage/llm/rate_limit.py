"""The limits of requests and tokens per minute that a server has, and the pauses it asks for."""

import asyncio
import time


class RateLimit:
    """Lets requests through one after the other, no faster than the limits; None for no limit."""

    def __init__(self, requests_per_minute: float | None, tokens_per_minute: float | None) -> None:
        self._seconds_per_request = 60 / requests_per_minute if requests_per_minute else 0.0
        self._seconds_per_token = 60 / tokens_per_minute if tokens_per_minute else 0.0
        self._next_request = self._next_tokens = self._held_until = 0.0

    async def turn(self, tokens: float) -> None:
        """Wait until a request of about `tokens` tokens may be sent."""
        while True:
            held_until, now = self._held_until, time.monotonic()
            start = max(now, held_until, self._next_request, self._next_tokens)
            self._next_request = start + self._seconds_per_request
            self._next_tokens = start + tokens * self._seconds_per_token
            await asyncio.sleep(start - now)
            # Requests that waited while the server asked for a pause take a new turn after it.
            if self._held_until == held_until or self._held_until <= start:
                return

    def hold(self, seconds: float) -> None:
        """Send nothing for so many seconds."""
        until = time.monotonic() + seconds
        if until > self._held_until:
            self._held_until = self._next_request = self._next_tokens = until
