"""The client of OpenReview (openreview-py, an extra): logging in, and its faults as sentences.

Credentials come from the environment. The package is imported only where it is used.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from datafootprint.errors import DatafootprintError
from datafootprint.http import TooLargeError, explain, session
from datafootprint.papers.pdfs import Outcome
from datafootprint.redaction import hide, without_secrets
from datafootprint.waiting import DAY_S, Pace, Patience

HOW_TO_LOG_IN = (
    "set OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD (or OPENREVIEW_TOKEN) in the environment; an "
    "account is free at https://openreview.net/signup"
)
#: A long download outlasts a restart of the server.
RETRIES = 8
#: A session lasts a week, so that a long download needs no second login.
SESSION_S = 7 * 24 * 3600
#: At the top of the page that guests get instead of an answer.
BROWSER_CHECK = b"Verifying your browser"
_HEAD_BYTES = 4096
#: The same for an account that is logged in.
WHILE_LOGGED_IN = (
    "it does so although you are logged in: the session may have expired (set a new "
    "OPENREVIEW_TOKEN, or use OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD), or the account may not "
    "see it"
)
#: What an error says, in small letters (a pattern) -> what to do; the first that is found counts.
_ADVICE = {
    "mfa": "the account asks for a second factor: set OPENREVIEW_MFA_CODE to the code that the "
    "authenticator app shows now, or OPENREVIEW_TOKEN to the token of a session",
    "challenge": f"it asks guests to prove that they are no robot: {HOW_TO_LOG_IN}",
    "please use": "this is the host of the other API: set papers.openreview.baseurl_v1 to "
    "https://api.openreview.net and baseurl_v2 to https://api2.openreview.net",
    "username|password": "correct OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD in the environment",
    "token|status 401": "unset OPENREVIEW_TOKEN or set a new one, then run the command again",
    "status 403": f"this account may not see it: {HOW_TO_LOG_IN}",
}


def check_access(baseurl: str) -> None:
    """Refuse to ask without the client, or openreview.net without credentials."""
    if find_spec("openreview") is None:
        raise DatafootprintError(
            "papers.source is openreview, which needs the package openreview-py; install it with "
            "`pip install '.[openreview]'` in the folder of the workflow. With PDFs of your own, "
            "papers.source: folder needs no client."
        )
    host = urlsplit(baseurl).hostname or ""
    if f".{host}".endswith(".openreview.net") and not _credentials_are_set():
        raise DatafootprintError(
            f"{host} answers no guests and no credentials are set: {HOW_TO_LOG_IN}. With PDFs of "
            "your own, papers.source: folder needs no account."
        )


def limits(settings: Mapping[str, Any], megabytes: float, longest_s: float = DAY_S) -> Any:
    """Return the limits of a session (`http.Adapter`) by the section `papers`.

    A budget of time begins now; `longest_s` is the longest wait for a server in seconds.
    """
    hours = settings["download"]["budget_hours"]
    return {
        "max_megabytes": megabytes,
        "timeout_s": settings["download"]["request_seconds"],
        "patience": Patience(None if hours is None else hours * 3600, longest_s),
        "pace": Pace(Path(settings["cache_dir"]) / "pace", "papers"),
    }


def log_in(settings: Mapping[str, Any], api: str, megabytes: float) -> Any:
    """Return a client of API v1 or v2; the host of v2 also logs in for v1.

    Without credentials the client asks as a guest, whom openreview.net does not answer.
    """
    hosts = settings["openreview"]
    baseurl, baseurl_v2 = hosts[f"baseurl_{api}"], hosts["baseurl_v2"]
    check_access(baseurl)
    own_limits = limits(settings, megabytes)
    import openreview
    import openreview.api

    def connect(kind: Callable[..., Any], url: str) -> Any:
        # Clients log in, without a limit of time, while they are made. An invalid token keeps them
        # from it, so that they get their limits first.
        client = kind(baseurl=url, token="none")
        session(client.session, retries=RETRIES, **own_limits)
        del client.headers["Authorization"]
        return client

    token = os.environ.get("OPENREVIEW_TOKEN", "").removeprefix("Bearer ").strip()
    with explained(baseurl_v2):
        client = connect(openreview.api.OpenReviewClient, baseurl_v2)
        if not token and _credentials_are_set():
            token = _log_in_by_password(client)
            hide(token)
    with explained(baseurl):
        if api == "v1":
            client = connect(openreview.Client, baseurl)
        if token:
            client.headers["Authorization"] = f"Bearer {token}"
        return client


@contextmanager
def explained(baseurl: str) -> Iterator[None]:
    """Turn what the clients raise into a sentence, which has no credential in it."""
    import openreview

    host = urlsplit(baseurl).netloc
    advice = "check papers.openreview.baseurl_v1 and baseurl_v2"
    try:
        yield
    except openreview.OpenReviewException as error:
        raise DatafootprintError(_sentence(error, host)) from None
    except requests.exceptions.JSONDecodeError:
        raise DatafootprintError(_browser_check(host)) from None
    except requests.RequestException as error:
        raise DatafootprintError(f"{explain(error, host)} If it stays so, {advice}.") from None
    except ValueError as error:
        raise DatafootprintError(
            f"{host} sent what cannot be read ({type(error).__name__}); {advice}."
        ) from None


def fetch_pdf(request: Callable[[], bytes], host: str) -> bytes | Outcome:
    """Return what a request for PDFs brings, or why it brings none; raise if none would."""
    import openreview

    try:
        answer = request()
    except openreview.OpenReviewException as error:
        details = _details(error)
        if details.get("status") == 404 or "NotFound" in str(details.get("name")):
            return Outcome("not_found", "OpenReview has no PDF for this id")
        raise DatafootprintError(_sentence(error, host)) from None
    except TooLargeError as error:
        return Outcome("too_large", str(error))
    except requests.RequestException as error:
        return Outcome("unreachable", str(explain(error, host)))
    if BROWSER_CHECK in answer[:_HEAD_BYTES]:
        raise DatafootprintError(_browser_check(host))
    return answer


def _browser_check(host: str) -> str:
    what_helps = WHILE_LOGGED_IN if _credentials_are_set() else HOW_TO_LOG_IN
    return f"{host} sent its check of the browser, which guests get: {what_helps}."


def _credentials_are_set() -> bool:
    names = ("OPENREVIEW_USERNAME", "OPENREVIEW_PASSWORD")
    return bool(os.environ.get("OPENREVIEW_TOKEN")) or all(map(os.environ.get, names))


def _log_in_by_password(client: Any) -> str:
    terminal = sys.stdin
    # The client asks questions on a terminal that nobody may be looking at.
    with open(os.devnull) as sys.stdin:  # noqa: PTH123 - os.devnull is a name, not a path
        try:
            client.login_user(
                os.environ["OPENREVIEW_USERNAME"],
                os.environ["OPENREVIEW_PASSWORD"],
                expiresIn=SESSION_S,
                mfa_code_provider=lambda method: os.environ.get("OPENREVIEW_MFA_CODE", "").strip(),
            )
        finally:
            sys.stdin = terminal
    return str(client.token)


def _details(error: Exception) -> dict[str, Any]:
    details = error.args[0] if error.args else ""
    return details if isinstance(details, dict) else {"message": str(details)}


def _sentence(error: Exception, host: str) -> str:
    """Say what is wrong, told by the words of the server, whose statuses differ."""
    details = _details(error)
    message = " ".join(f"{details.get('name', '')} {details.get('message', details)}".split())
    about = f"{message} status {details.get('status')}".lower()
    for sign, advice in _ADVICE.items():
        if re.search(sign, about):
            if HOW_TO_LOG_IN in advice and _credentials_are_set():
                advice = WHILE_LOGGED_IN
            return f"{host} refuses ({without_secrets(message)[:200]}); {advice}."
    return f"{host} answers with an error: {without_secrets(message)[:200]}"
