"""The one way to the web: sessions with limits, and faults as sentences.

A session is one of `requests`. Its answers have a limit of time and of size; broken connections,
"too many requests" (429) and passing server errors (500, 502, 503, 504) are tried again, waiting
as long as the server asks (`Retry-After`), within a limit. It uses the proxy of the environment
(HTTPS_PROXY) and the certificates that REQUESTS_CA_BUNDLE or SSL_CERT_FILE names, and reads no
.netrc file. For example:

    web = session(retries=4, pace=Pace(cache_dir / "pace", "dimensions", per_minute=30))
    counts = get_json(web, "https://api.example.org/works", what="openalex", params={"q": "x"})

`get_json`, `post_json` and `ask` follow no redirect, since a key would go along, and raise a
`DatafootprintError` for everything that fails: a `StatusError` for an answer with another status
than 200. A client that makes its own `requests` session gets these limits by `session(its_own)`;
clients on httpx2 are made with `httpx_options()`. `explain` turns what any of them raises into a
sentence.
"""

import io
import os
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from datafootprint.errors import DatafootprintError
from datafootprint.redaction import without_secrets
from datafootprint.waiting import (
    WITHOUT_A_TIME_S,
    Pace,
    Patience,
    retry_after,
    time_of_day,
    wait_asked_for,
)

USER_AGENT = f"datafootprint (counts the use of datasets; {requests.utils.default_user_agent()})"
TRIED_AGAIN = (429, 500, 502, 503, 504)
CONNECT_S = 10.0
CHUNK_BYTES = 1 << 16
#: The first that is set names the certificates.
CERTIFICATE_VARIABLES = (
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)


class TooLargeError(requests.RequestException):
    """The answer is larger than allowed."""


class PrivateAddressError(requests.RequestException):
    """A link leads to an address that is not public."""


class StatusError(DatafootprintError):
    """A service answered with another status than 200.

    Attributes
    ----------
    status : int
    said : str
        Beginning of the answer, with a colon and a space before it; without secrets.
    """

    def __init__(self, sentence: str, status: int, said: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.said = said


def session(
    existing: requests.Session | None = None,
    *,
    max_megabytes: float = 50.0,
    timeout_s: float = 120.0,
    retries: int = 4,
    first_pause_s: float = 1.0,
    patience: Patience | None = None,
    pace: Pace | None = None,
    allow_private: bool = True,
    trusted: Iterable[str] = (),
) -> requests.Session:
    """Make a session, or give an existing one the same limits.

    Parameters
    ----------
    existing : requests.Session, optional
        Of another client.
    max_megabytes : float
        Largest answer, unpacked, in 10^6 bytes.
    timeout_s : float
        Longest time in seconds for one answer.
    retries : int
        How often a request is sent again.
    first_pause_s : float
        Pause in seconds before the second repetition (the first has none); it then doubles.
    patience : Patience, optional
        Longest wait and the budget of time; by default no wait is longer than 2 minutes.
    pace : Pace, optional
        The limit of requests that jobs share.
    allow_private : bool
        Whether requests may go to private addresses; no, for links that a listing gives.
    trusted : iterable of str
        Base URLs that may have private addresses nevertheless.

    Raises
    ------
    DatafootprintError
        If the environment names certificates that cannot be read.
    """
    made = existing or requests.Session()
    adapter = _Adapter(
        urllib3.Retry(
            total=retries,
            allowed_methods=None,
            status_forcelist=TRIED_AGAIN,
            backoff_factor=first_pause_s / 2,
            backoff_max=60,
        ),
        patience or Patience(longest_s=120.0),
        pace,
        max_bytes=int(max_megabytes * 1e6),
        timeout_s=timeout_s,
        trusted=None if allow_private else frozenset(map(_host_and_port, trusted)),
    )
    # Of the environment this leaves proxies and certificates, which the adapter looks up itself;
    # a password in a .netrc file would replace a token.
    made.trust_env = False
    made.headers["User-Agent"] = USER_AGENT
    made.adapters.clear()
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


def ask(
    web: requests.Session, method: str, url: str, *, what: str, **options: Any
) -> requests.Response:
    """Send a request and return its answer, which has status 200.

    Parameters
    ----------
    web : requests.Session
        From `session`.
    method, url : str
    what : str
        Name of the service, with which sentences begin.
    **options
        As for `requests.Session.request`.

    Raises
    ------
    StatusError
        If the answer has another status.
    DatafootprintError
        If there is no answer.
    """
    host = shown_host(url)
    try:
        response = web.request(method, url, allow_redirects=False, **options)
    except requests.HTTPError as error:
        response = error.response
    except (requests.RequestException, ValueError) as error:
        raise explain(error, f"{what}: {host}") from None
    status = response.status_code
    if status == 200:
        return response
    reason = f"HTTP {status}{said(response)}"
    if 300 <= status < 400:
        reason = (
            f"{host} redirects to another address (HTTP {status}), which is not followed because "
            "a key would go along; correct the address in the configuration"
        )
    elif status in (401, 403):
        reason = f"{host} refuses the key or the account ({reason})"
    elif status == 429:
        asked = retry_after(response.headers)
        again = "later" if asked is None else f"after {time_of_day(asked)}"
        reason = f"the quota of requests is used up ({reason}); run again {again}"
    elif status >= 500:
        reason = f"{host} fails ({reason}); run again later"
    else:
        reason = f"{host} refuses the request ({reason})"
    raise StatusError(f"{what}: {reason}.", status, said(response))


def get_json(web: requests.Session, url: str, *, what: str, **options: Any) -> Any:
    """Return the JSON that a URL answers with; raises as `ask` and `json_of` do."""
    return json_of(ask(web, "GET", url, what=what, **options), what)


def post_json(web: requests.Session, url: str, *, what: str, **options: Any) -> Any:
    """Send ``json=`` or ``data=`` and return the JSON of the answer; raises as `get_json` does."""
    return json_of(ask(web, "POST", url, what=what, **options), what)


def json_of(response: requests.Response, what: str) -> Any:
    """Return the JSON of an answer.

    Raises
    ------
    DatafootprintError
        If it is something else, such as a web page; the sentence quotes its beginning.
    """
    try:
        return response.json()
    except (ValueError, RecursionError):
        raise DatafootprintError(
            f"{what}: {shown_host(response.url)} sent something else than JSON; check its address "
            "in the configuration, and whether a proxy or a login page answers. The answer "
            f"begins{said(response)[:200] or ' empty'}"
        ) from None


def explain(error: BaseException, host: str) -> DatafootprintError:
    """Say in a sentence why a request got no answer.

    Parameters
    ----------
    error : BaseException
        What `requests`, httpx2 or a client on one of them raised.
    host : str
        The sentence begins with it.
    """
    chain = list(_causes(error))
    for found in chain:
        if isinstance(found, DatafootprintError):
            return found
        if isinstance(found, ssl.SSLCertVerificationError):
            return DatafootprintError(
                f"{host}: the certificate could not be verified "
                f"({found.verify_message.rstrip('.')}); behind a company's proxy name the file "
                "of its certificates in REQUESTS_CA_BUNDLE or SSL_CERT_FILE."
            )
    names = [type(found).__name__ for found in chain]
    if isinstance(error, TooLargeError | PrivateAddressError | requests.HTTPError):
        reason = str(error)
    elif any("ProxyError" in name for name in names):
        reason = "the proxy of the environment (HTTPS_PROXY) cannot be reached or refuses"
    elif any("NameResolution" in name or name == "gaierror" for name in names):
        reason = "no such host; check the address and the network"
    elif any("Timeout" in name for name in names):
        reason = "no whole answer in time; check the network, then run again"
    else:
        reason = f"cannot be reached ({names[-1]}); check its address and the network"
    return DatafootprintError(f"{host}: {reason}.")


def is_untrusted(error: BaseException) -> bool:
    """Whether an error comes from a certificate that could not be verified."""
    return any(isinstance(found, ssl.SSLCertVerificationError) for found in _causes(error))


def httpx_options() -> dict[str, Any]:
    """Return the options of a client on httpx2: no redirects, and the certificates as above."""
    from httpx2 import Limits

    path = certificates()
    return {
        "follow_redirects": False,
        "verify": True if path is None else _trusting(path),
        "limits": Limits(max_connections=1000, max_keepalive_connections=100),
    }


def certificates() -> str | None:
    """Return the file or folder of certificates that the environment names, if it does.

    Raises
    ------
    DatafootprintError
        If it cannot be read as such.
    """
    for name in CERTIFICATE_VARIABLES:
        path = os.environ.get(name)
        if path:
            try:
                _trusting(path)
            except OSError as error:
                raise DatafootprintError(
                    f"The environment variable {name} names {path}, which cannot be read as a file "
                    f"of certificates ({error.strerror or error}); correct or unset it."
                ) from None
            return path
    return None


def shown_host(url: str) -> str:
    """Return host and port of a URL, without the password that may be in it."""
    return urlsplit(url).netloc.rpartition("@")[2]


class _Adapter(HTTPAdapter):
    """What a session sends its requests with; reads each answer whole before it is given."""

    def __init__(
        self,
        retry: urllib3.Retry,
        patience: Patience,
        pace: Pace | None,
        max_bytes: int,
        timeout_s: float,
        trusted: frozenset[tuple[str, int]] | None,
    ) -> None:
        super().__init__()
        self.retry = retry
        self.patience = patience
        self.pace = pace
        self.max_bytes = max_bytes
        self.timeout_s = timeout_s
        self.trusted = trusted
        self.certificates = certificates()

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Send a request as often as needed; the arguments are those of `HTTPAdapter`."""
        url, retry = str(request.url), self.retry
        self._refuse_private(url)
        options["proxies"] = get_environ_proxies(url)
        place = _place(url)
        while True:
            self.patience.check()
            if self.pace is not None:
                self.pace.turn(place, self.patience)
            asked_s = None
            error: requests.RequestException
            try:
                response = self._send_once(request, options)
            except (requests.ConnectionError, requests.Timeout) as found:
                if is_untrusted(found):
                    raise
                error, reason = found, "no answer"
            else:
                asked_s = self._asked_s(response)
                if asked_s is not None and self.pace is not None:
                    self.pace.hold(place, asked_s)
                if not retry.is_retry(str(request.method), response.status_code):
                    return response
                reason = f"HTTP {response.status_code}{said(response)}"
                error = requests.HTTPError(reason, response=response)
            try:
                retry = retry.increment(request.method, url, error=error)
            except urllib3.exceptions.MaxRetryError:
                raise error from None
            wait_s = max(asked_s or 0.0, retry.get_backoff_time())
            self.patience.wait(wait_s, f"{shown_host(url)}: {reason}")

    def _send_once(
        self, request: requests.PreparedRequest, options: dict[str, Any]
    ) -> requests.Response:
        end = time.monotonic() + self.timeout_s
        options |= {"timeout": (min(CONNECT_S, self.timeout_s), self.timeout_s), "stream": True}
        response = super().send(request, **options | {"verify": self.certificates or True})
        body = io.BytesIO()
        try:
            while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
                body.write(chunk)
                if body.tell() > self.max_bytes:
                    raise TooLargeError(f"more than {self.max_bytes / 1e6:.1f} MB")
                if time.monotonic() > end:
                    raise requests.Timeout(f"no whole answer within {self.timeout_s:.0f} s")
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if isinstance(error, requests.RequestException):
                raise
            raise requests.ConnectionError(f"answer cut off ({type(error).__name__})") from error
        finally:
            response.raw.close()
        body.seek(0)
        response.raw = body
        return response

    def _asked_s(self, response: requests.Response) -> float | None:
        """Return how long nobody may ask, or None if the answer does not say so."""
        if response.status_code in TRIED_AGAIN:
            try:
                body = response.json()
            except (ValueError, RecursionError):
                body = None
            asked_s = wait_asked_for(response.headers, body)
            if asked_s is None and response.status_code == 429:
                return WITHOUT_A_TIME_S
            return asked_s
        if response.headers.get("ratelimit-remaining") == "0":
            return wait_asked_for(response.headers, None)
        return None

    def _refuse_private(self, url: str) -> None:
        host, port = _host_and_port(url)
        if self.trusted is None or (host, port) in self.trusted:
            return
        try:
            found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
        except (OSError, UnicodeError):
            # The request itself says that there is no such host; a proxy may know it.
            return
        for *_, address in found:
            ip = str(address[0]).partition("%")[0]
            if not ip_address(ip).is_global:
                raise PrivateAddressError(
                    f"{host} has the address {ip}, which is not public; set "
                    "papers.allow_private_hosts if this is meant"
                )


def said(response: requests.Response) -> str:
    """Quote the beginning of an answer after a colon, without secrets; empty if it has no text."""
    text = without_secrets(" ".join(response.text.split()))
    return f": {text[:300]}" if text else ""


def _place(url: str) -> str:
    """Return what has a pace of its own: a host, and the first part of the path."""
    return f"{shown_host(url)}/{urlsplit(url).path.split('/')[1]}"


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)


def _trusting(path: str) -> ssl.SSLContext:
    if Path(path).is_dir():
        return ssl.create_default_context(capath=path)
    return ssl.create_default_context(cafile=path)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it comes from, the nearest first."""
    pending, seen = [error], set()
    while pending:
        found = pending.pop(0)
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        causes = (found.__cause__, found.__context__, getattr(found, "reason", None), *found.args)
        pending += [cause for cause in causes if isinstance(cause, BaseException)]
