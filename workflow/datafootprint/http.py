"""The one way to the web: sessions with limits, and faults as sentences.

    web = session(retries=4, pace=Pace(cache_dir / "pace", "openalex", per_minute=60))
    counts = json_of(ask(web, "GET", "https://api.openalex.org/works", what="openalex"), "openalex")

A session is one of `requests`; its limits are those of `Adapter`. A client that makes its own
session gets the limits by `session(its_own)`, one on httpx2 the certificates and no redirects by
`httpx_options`. `explain` makes a sentence of what any of them raises.
"""

import io
import os
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from datafootprint.errors import DatafootprintError
from datafootprint.redaction import without_secrets
from datafootprint.waiting import Pace, Patience, wait_asked_for

USER_AGENT = f"datafootprint (counts the use of datasets; {requests.utils.default_user_agent()})"
TRIED_AGAIN = (429, 500, 502, 503, 504)
CONNECT_S = 10.0
CHUNK_BYTES = 1 << 16
#: The first that is set names the certificates that are trusted.
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


class TooLargeError(requests.RequestException):
    """The answer is larger than allowed."""


class StatusError(DatafootprintError):
    """A service answered with `status`, which is not 200; `said` quotes the answer's `body`."""

    def __init__(self, sentence: str, status: int, said: str, body: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.said = said
        self.body = body


def session(existing: requests.Session | None = None, **limits: Any) -> requests.Session:
    """Make a session with the limits of `Adapter`, or give them to the session of a client."""
    made = existing or requests.Session()
    # Of the environment this leaves proxies and certificates, which the adapter looks up itself;
    # a password in a .netrc file would replace a token.
    made.trust_env = False
    made.headers["User-Agent"] = USER_AGENT
    made.adapters.clear()
    adapter = Adapter(**limits)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


def ask(
    web: requests.Session, method: str, url: str, *, what: str, **options: Any
) -> requests.Response:
    """Send a request and return its answer, which has status 200.

    A redirect is not followed, since a key would go along. The options are those of
    `requests.Session.request`; `what` is the name of the service, with which sentences begin.

    Raises
    ------
    StatusError
        If the answer has another status.
    DatafootprintError
        If there is no answer.
    """
    host = f"{what}: {shown_host(url)}"
    try:
        response = web.request(method, url, allow_redirects=False, **options)
    except requests.HTTPError as error:
        response = error.response
    except (requests.RequestException, ValueError) as error:
        raise explain(error, host) from None
    status = response.status_code
    if status == 200:
        return response
    if 300 <= status < 400:
        reason = "redirects to another address, where a key would go along; correct its address"
    elif status in (401, 403):
        reason = "refuses the key or the account"
    elif status == 429:
        reason = "has no quota of requests left for now; run again later"
    else:
        reason = "fails; run again later" if status >= 500 else "refuses the request"
    answer = said(response)
    raise StatusError(f"{host} {reason} (HTTP {status}{answer}).", status, answer, response.text)


def json_of(response: requests.Response, what: str) -> Any:
    """Return the JSON of an answer; the sentence on anything else quotes its beginning."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        raise DatafootprintError(
            f"{what}: {shown_host(response.url)} sent something else than JSON{said(response)}. "
            "Check its address in the configuration, and whether a proxy or a login page answers."
        ) from None


def said(response: requests.Response) -> str:
    """Quote the beginning of an answer after a colon, without secrets; empty if it has no text."""
    text = without_secrets(" ".join(response.text.split()))
    return f": {text[:300]}" if text else ""


def explain(error: BaseException, host: str) -> DatafootprintError:
    """Say in a sentence, which begins with `host`, why a request got no answer.

    The error may be of `requests`, httpx2 or a client on one of them.
    """
    chain = list(_causes(error))
    names = [type(found).__name__ for found in chain]
    for found in chain:
        if isinstance(found, DatafootprintError):
            return found
        if isinstance(found, ssl.SSLCertVerificationError):
            return DatafootprintError(
                f"{host}: the certificate could not be verified "
                f"({found.verify_message.rstrip('.')}); behind a company's proxy name the file "
                "of its certificates in REQUESTS_CA_BUNDLE or SSL_CERT_FILE."
            )
    if isinstance(error, TooLargeError | requests.HTTPError):
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


def httpx_options() -> dict[str, Any]:
    """Return the options of a client on httpx2: no redirects, and the certificates as above."""
    from httpx2 import Limits

    path = certificates()
    limits = Limits(max_connections=1000, max_keepalive_connections=100)
    verify = True if path is None else _trusting(path)
    return {"follow_redirects": False, "verify": verify, "limits": limits}


def certificates() -> str | None:
    """Return the file or folder of certificates that the environment names, if it does."""
    name = next((name for name in CERTIFICATES if os.environ.get(name)), None)
    if name is None:
        return None
    try:
        _trusting(os.environ[name])
    except OSError as error:
        raise DatafootprintError(
            f"The environment variable {name} names {os.environ[name]}, which cannot be read as a "
            f"file of certificates ({error.strerror or error}); correct or unset it."
        ) from None
    return os.environ[name]


def shown_host(url: str) -> str:
    """Return host and port of a URL, without the password that may be in it."""
    return urlsplit(url).netloc.rpartition("@")[2]


class Adapter(HTTPAdapter):
    """What a session sends its requests with.

    Broken connections, "too many requests" and passing server errors are tried again after a pause
    that doubles, or that the server asks for. Then `requests.HTTPError` is raised.

    Parameters
    ----------
    max_megabytes : float
        Largest answer, unpacked, in 10^6 bytes.
    timeout_s : float
        Longest time in seconds for one answer.
    retries : int
        How often a request is sent again.
    first_pause_s : float
        Pause in seconds before the second repetition; the first has none.
    patience : Patience, optional
        Longest wait and budget of time; by default no wait is longer than 2 minutes.
    pace : Pace, optional
        The limit of requests that jobs share.
    """

    def __init__(
        self,
        max_megabytes: float = 50.0,
        timeout_s: float = 120.0,
        retries: int = 4,
        first_pause_s: float = 1.0,
        patience: Patience | None = None,
        pace: Pace | None = None,
    ) -> None:
        super().__init__()
        self._max_bytes = int(max_megabytes * 1e6)
        self._timeout_s = timeout_s
        self._retry = urllib3.Retry(
            total=retries,
            allowed_methods=None,
            status_forcelist=TRIED_AGAIN,
            backoff_factor=first_pause_s / 2,
            backoff_max=60,
        )
        self._patience = patience or Patience(longest_s=120.0)
        self._pace = pace
        self._certificates = certificates()

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Send a request as often as needed; the arguments are those of `HTTPAdapter`."""
        url, retry = str(request.url), self._retry
        options["proxies"] = get_environ_proxies(url)
        # A host, and the first part of the path, have a pace of their own.
        place = f"{shown_host(url)}/{urlsplit(url).path.split('/')[1]}"
        while True:
            self._patience.check()
            if self._pace is not None:
                self._pace.turn(place, self._patience)
            asked_s, error, reason = None, None, "no answer"
            try:
                response = self._send_once(request, options)
            except requests.exceptions.SSLError:
                raise
            except (requests.ConnectionError, requests.Timeout) as found:
                error = found
            else:
                asked_s = wait_asked_for(response)
                if asked_s is not None and self._pace is not None:
                    self._pace.hold(place, asked_s)
                if not retry.is_retry(str(request.method), response.status_code):
                    return response
                reason = f"HTTP {response.status_code}{said(response)}"
            try:
                retry = retry.increment(request.method, url, error=error)
            except urllib3.exceptions.MaxRetryError:
                raise error or requests.HTTPError(reason, response=response) from None
            wait_s = max(asked_s or 0.0, retry.get_backoff_time())
            self._patience.wait(wait_s, f"{shown_host(url)}: {reason}")

    def _send_once(
        self, request: requests.PreparedRequest, options: dict[str, Any]
    ) -> requests.Response:
        """Send a request and read its answer whole."""
        end = time.monotonic() + self._timeout_s
        options |= {"timeout": (min(CONNECT_S, self._timeout_s), self._timeout_s), "stream": True}
        response = super().send(request, **options | {"verify": self._certificates or True})
        body = io.BytesIO()
        try:
            while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
                body.write(chunk)
                if body.tell() > self._max_bytes:
                    raise TooLargeError(f"more than {self._max_bytes / 1e6:.1f} MB")
                if time.monotonic() > end:
                    raise requests.Timeout(f"no whole answer within {self._timeout_s:.0f} s")
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if isinstance(error, requests.RequestException):
                raise
            raise requests.ConnectionError(f"answer cut off ({type(error).__name__})") from error
        finally:
            response.raw.close()
        body.seek(0)
        response.raw = body
        return response


def _trusting(path: str) -> ssl.SSLContext:
    folder = path if Path(path).is_dir() else None
    return ssl.create_default_context(cafile=None if folder else path, capath=folder)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it comes from, the nearest first."""
    pending: list[Any] = [error]
    seen: list[Any] = []
    while pending:
        found = pending.pop(0)
        if isinstance(found, BaseException) and found not in seen:
            seen.append(found)
            yield found
            reason = getattr(found, "reason", None)
            pending += [found.__cause__, found.__context__, reason, *found.args]
