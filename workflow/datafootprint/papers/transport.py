"""One way to the outside: every request has limits of time and size, and keeps to the pace."""

import re
import socket
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from datafootprint.certificates import distrust
from datafootprint.connections import BoundedAdapter, PrivatePeerError, is_public_address
from datafootprint.papers.pace import Pace, seconds_to_wait

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 60.0
ATTEMPTS = 5
PASSING_STATUSES = (500, 502, 503, 504)
MOST_REFUSALS = 20

_PUBLIC_NAME = re.compile(r"[a-z0-9_.-]+\.[a-z][a-z0-9-]+\.?", re.I)
#: Names that mean something within one network only (RFC 6761, 6762, 8375; ICANN on .internal).
_PRIVATE_NAME = re.compile(r"(^|\.)(localhost|local|internal|arpa|lan|home|corp)\.?$", re.I)


class RefusedAddressError(requests.RequestException):
    """The address is not one to follow a link to."""


class UntrustedError(requests.RequestException):
    """The certificate of a server could not be verified."""


class _PassingError(Exception):
    """A failure that may be gone with the next attempt."""

    def __init__(self, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class PoliteAdapter(BoundedAdapter):
    """Transport of a `requests` session.

    Answers are read whole, within a time and a size; broken connections, cut answers and passing
    server errors are tried again; "too many requests" waits as long as the server says.

    Parameters
    ----------
    pace : Pace
        Shared with other processes.
    trusted : iterable of str
        Configured base URLs, which may be of any address.
    allow_private : bool
        Whether other links may lead to loopback or private addresses.
    max_bytes : int
        Largest answer.
    request_s : float
        Longest time for one answer.
    """

    def __init__(
        self,
        pace: Pace,
        trusted: list[str],
        allow_private: bool,
        max_bytes: int,
        request_s: float,
    ) -> None:
        super().__init__(max_bytes, request_s, self._check_peer)
        self.pace = pace
        self.trusted = {_host_and_port(url) for url in trusted}
        self.allow_private = allow_private

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send a request as often as it takes; the arguments are those of `HTTPAdapter`."""
        url = str(request.url)
        proxies = get_environ_proxies(url)
        kwargs |= {"timeout": (CONNECT_TIMEOUT_S, READ_TIMEOUT_S), "proxies": proxies}
        self._check_address(url, select_proxy(url, proxies) is not None)
        backoff = wait_exponential_jitter(initial=1, max=60)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.wait_s if isinstance(error, _PassingError) else None
            return backoff(state) if asked is None else asked

        host = shown_host(url)
        retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            retry=retry_if_exception_type(_PassingError),
            wait=wait,
            sleep=lambda seconds: self.pace.patience.wait(seconds, f"{host} did not answer"),
            reraise=True,
        )
        try:
            return retrying(self._attempt, request, kwargs)
        except _PassingError as error:
            raise requests.ConnectionError(f"{host}: {error}") from None

    def _attempt(
        self, request: requests.PreparedRequest, kwargs: dict[str, Any]
    ) -> requests.Response:
        host = shown_host(str(request.url))
        endpoint = "/" + urlsplit(str(request.url)).path.split("/")[1]
        for _ in range(MOST_REFUSALS):
            with self.pace.turn(host, endpoint) as block:
                response = self._fetch(request, kwargs)
                now = datetime.now(UTC)
                refused = response.status_code == 429
                wait_s = seconds_to_wait(response.headers, _json(response), now) if refused else 0.0
                if refused:
                    block(wait_s)
                elif response.headers.get("ratelimit-remaining") == "0":
                    block(seconds_to_wait(response.headers, None, now))
            if refused:
                self.pace.patience.wait(wait_s, f"{host}{endpoint} limits its requests")
                continue
            if response.status_code in PASSING_STATUSES:
                asked = response.headers.get("retry-after")
                raise _PassingError(
                    f"HTTP {response.status_code} {response.reason}",
                    seconds_to_wait({"retry-after": asked}, None, now) if asked else None,
                )
            return response
        raise requests.ConnectionError(
            f"{host}: refused {MOST_REFUSALS} times as too many requests"
        )

    def _fetch(
        self, request: requests.PreparedRequest, kwargs: dict[str, Any]
    ) -> requests.Response:
        try:
            return super().send(request, **kwargs)
        except PrivatePeerError as error:
            raise RefusedAddressError(str(error)) from None
        except (requests.ConnectionError, requests.Timeout) as error:
            said = distrust(error, shown_host(str(request.url)))
            if said is not None:
                raise UntrustedError(said) from None
            raise _PassingError(_reason(error)) from None

    def _check_address(self, url: str, by_proxy: bool) -> None:
        host, port = _host_and_port(url)
        if self._may_be_private(host, port):
            return
        try:
            found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
        except (OSError, UnicodeError):
            # Behind a proxy only the proxy may know the names of the internet.
            if by_proxy and _PUBLIC_NAME.fullmatch(host) and not _PRIVATE_NAME.search(host):
                return
            raise requests.ConnectionError(f"{host}: no such host") from None
        for *_, address in found:
            if not is_public_address(str(address[0])):
                raise RefusedAddressError(_refusal(host, str(address[0])))

    def _check_peer(self, host: str, port: int, address: str) -> None:
        if not self._may_be_private(host, port) and not is_public_address(address):
            raise PrivatePeerError(_refusal(host, address))

    def _may_be_private(self, host: str, port: int) -> bool:
        return self.allow_private or (host.lower(), port) in self.trusted


def shown_host(url: str) -> str:
    """Return host and port of an address, without the password that may stand before them."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)


def _refusal(host: str, address: str) -> str:
    return (
        f"{host} is the address {address}, which is not public; set papers.allow_private_hosts if "
        "this is meant"
    )


def polite(session: requests.Session, adapter: PoliteAdapter) -> requests.Session:
    """Let a session use the adapter for everything."""
    # Passwords of a .netrc file are for no link of a listing, nor outrank a token. Of the
    # environment that leaves proxies and certificates, for which the adapter looks itself.
    session.trust_env = False
    session.adapters.clear()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _json(response: requests.Response) -> object:
    try:
        body: object = response.json()
    except (ValueError, RecursionError):
        return None
    return body


def _reason(error: BaseException) -> str:
    """Return a short reason without addresses of memory or whole URLs.

    Our own errors have a sentence, those of the libraries wrap one another.
    """
    while error.args and isinstance(error.args[-1], BaseException):
        error = error.args[-1]
    reason = getattr(error, "reason", None)
    error = reason if isinstance(reason, BaseException) else error
    own = isinstance(error, requests.RequestException)
    return str(error) if own else type(error).__name__
