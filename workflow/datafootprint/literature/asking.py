"""Asking a web service: bounded retries, no secret in any message, faults as sentences."""

import logging
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import tenacity

from datafootprint.certificates import distrust
from datafootprint.connections import BoundedAdapter
from datafootprint.errors import DatafootprintError
from datafootprint.redaction import without_secrets
from datafootprint.retry_after import retry_after

log = logging.getLogger(__name__)

ATTEMPTS = 5
LONGEST_WAIT_S = 120.0
#: To connect, and between two pieces of an answer.
TIMEOUT_S = (10.0, 60.0)
#: Of one answer, however slowly it comes; the counts of all years are a few kB.
LONGEST_ANSWER_S = 120.0
LARGEST_ANSWER_BYTES = 50_000_000


@dataclass
class Service:
    """A web service with its pace.

    Attributes
    ----------
    name : str
        As it appears in messages.
    base_url : str
        Without a slash at the end.
    interval_s : float
        Shortest time between two requests in seconds.
    first_pause_s : float
        Pause in seconds before the second attempt; it doubles with each further one.
    """

    name: str
    base_url: str
    interval_s: float = 0.0
    first_pause_s: float = 2.0
    session: requests.Session = field(default_factory=lambda: _bounded_session())
    _last_request: float = -1e9

    def send(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Send a request; 429, 5xx and broken connections are tried again, 5 times in all.

        Returns
        -------
        requests.Response
            With any status below 500 other than 429 and redirects.

        Raises
        ------
        DatafootprintError
            If the service cannot be reached, its quota is used up, it fails, or it redirects
            (which is not followed: the key would go along).
        """
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=self._pause,
            retry=tenacity.retry_if_exception_type((requests.ConnectionError, requests.Timeout))
            | tenacity.retry_if_result(_worth_another_try),
            before_sleep=self._tell,
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        try:
            response: requests.Response = retrying(self._send_once, method, path, **kwargs)
        except (requests.ConnectionError, requests.Timeout) as error:
            raise DatafootprintError(
                f"{self.name}: no answer from {self.base_url} in {ATTEMPTS} attempts "
                f"({type(error).__name__}); check the network and the base_url."
            ) from None
        except requests.RequestException as error:
            raise DatafootprintError(
                f"{self.name}: the request to {self.base_url} failed ({type(error).__name__}); "
                "check the base_url."
            ) from None
        if response.status_code == 429:
            again = retry_after(response.headers)
            when = f" in {again:.0f} seconds" if again else " later"
            raise DatafootprintError(
                f"{self.name}: the quota of requests is used up (HTTP 429{self.said(response)}); "
                f"nothing was changed, run again{when}."
            )
        if response.status_code >= 500:
            raise DatafootprintError(
                f"{self.name}: HTTP {response.status_code} in {ATTEMPTS} attempts"
                f"{self.said(response)}; nothing was changed, run again later."
            )
        if 300 <= response.status_code < 400:
            raise DatafootprintError(
                f"{self.name}: {self.base_url} redirects to another address, which is not followed "
                "because the key would go along; set base_url to the right one."
            )
        return response

    def json(self, response: requests.Response) -> dict[str, Any]:
        """Return the JSON object of a response.

        Raises
        ------
        DatafootprintError
            If it is something else, such as a web page.
        """
        try:
            body = response.json()
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise DatafootprintError(
                f"{self.name}: the answer is not a JSON object{self.said(response)}; check the "
                "base_url, or whether the service has changed."
            )
        return body

    def said(self, response: requests.Response) -> str:
        """Quote the beginning of a response, without secrets, for use in a sentence."""
        text = without_secrets(" ".join(response.text.split()))
        return f": {text[:300]}" if text else ""

    def _send_once(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        wait_s = self._last_request + self.interval_s - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)
        self._last_request = time.monotonic()
        url = f"{self.base_url}{path}"
        try:
            return self.session.request(
                method, url, timeout=TIMEOUT_S, allow_redirects=False, **kwargs
            )
        except requests.ConnectionError as error:
            said = distrust(error, urlsplit(url).netloc)
            if said is not None:
                raise DatafootprintError(f"{self.name}: {said}.") from None
            raise

    def _pause(self, state: tenacity.RetryCallState) -> float:
        asked = None
        if state.outcome and not state.outcome.failed:
            asked = retry_after(state.outcome.result().headers)
        backoff = self.first_pause_s * 2.0 ** (state.attempt_number - 1)
        return min(backoff if asked is None else asked, LONGEST_WAIT_S)

    def _tell(self, state: tenacity.RetryCallState) -> None:
        outcome = state.outcome
        answered = outcome is not None and not outcome.failed
        log.warning(
            "%s: %s, attempt %d of %d; next in %.1f s",
            self.name,
            f"HTTP {outcome.result().status_code}" if outcome and answered else "no answer",
            state.attempt_number,
            ATTEMPTS,
            state.next_action.sleep if state.next_action else 0.0,
        )


def _bounded_session() -> requests.Session:
    session = requests.Session()
    adapter = BoundedAdapter(LARGEST_ANSWER_BYTES, LONGEST_ANSWER_S)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


def _worth_another_try(response: requests.Response) -> bool:
    if response.status_code == 429:
        return (retry_after(response.headers) or 0.0) <= LONGEST_WAIT_S
    return response.status_code >= 500
