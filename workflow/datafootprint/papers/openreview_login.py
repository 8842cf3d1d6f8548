"""Clients of the two OpenReview hosts, logged in or not, and what goes wrong with that in words."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import openreview
import openreview.api
import requests

from datafootprint.errors import DatafootprintError
from datafootprint.papers.credentials import (
    HOW_TO_LOG_IN,
    credentials_are_set,
    is_public,
)
from datafootprint.papers.transport import PoliteAdapter, UntrustedError, polite
from datafootprint.redaction import hide, without_secrets

#: A session lasts a week, so that a long download needs no second login.
SESSION_S = 7 * 24 * 3600


def log_in(api: str, baseurl_v1: str, baseurl_v2: str, adapter: PoliteAdapter) -> Any:
    """Return a client of API v1 or v2.

    Credentials come from the environment; without any the client asks as a guest, which only a
    server other than openreview.net is likely to answer.

    Raises
    ------
    DatafootprintError
        If there are no credentials for openreview.net, or the login fails; the sentence never
        holds a credential.
    """
    baseurl = baseurl_v1 if api == "v1" else baseurl_v2
    if is_public(baseurl) and not credentials_are_set():
        raise DatafootprintError(
            f"{urlsplit(baseurl).netloc} answers no guests and no credentials are set: "
            f"{HOW_TO_LOG_IN}. With PDFs of your own, papers.source: folder needs no account."
        )
    with explained(baseurl_v2):
        # The clients log in, without a time limit, while they are made. A token that is none keeps
        # them from it, so that they first get their transport and then log in.
        v2 = openreview.api.OpenReviewClient(baseurl=baseurl_v2, token="none")
        polite(v2.session, adapter)
        token = os.environ.get("OPENREVIEW_TOKEN", "").removeprefix("Bearer ").strip()
        del v2.headers["Authorization"]
        v2.token = token
        if not token and credentials_are_set():
            with _no_questions():
                v2.login_user(
                    os.environ["OPENREVIEW_USERNAME"],
                    os.environ["OPENREVIEW_PASSWORD"],
                    expiresIn=SESSION_S,
                    mfa_code_provider=_second_factor,
                )
            token = v2.token
            hide(token)
    with explained(baseurl):
        client: Any = v2
        if api == "v1":
            client = openreview.Client(baseurl=baseurl_v1, token="none")
            polite(client.session, adapter)
            del client.headers["Authorization"]
        if token:
            client.headers["Authorization"] = f"Bearer {token}"
        return client


@contextmanager
def explained(baseurl: str) -> Iterator[None]:
    """Turn what the clients raise into a sentence."""
    host = urlsplit(baseurl).netloc
    try:
        yield
    except openreview.openreview.MfaRequiredException as error:
        raise _mfa(list(error.mfa_methods)) from None
    except openreview.OpenReviewException as error:
        raise DatafootprintError(_sentence(error, host)) from None
    except requests.exceptions.JSONDecodeError:
        raise DatafootprintError(
            f"{host} sent a web page instead of data, probably its check of the browser, which "
            f"guests get: {HOW_TO_LOG_IN}."
        ) from None
    except UntrustedError as error:
        raise DatafootprintError(f"{error}.") from None
    except requests.RequestException as error:
        said = without_secrets(str(error)).removeprefix(f"{host}: ")
        raise DatafootprintError(
            f"{host}: {said}. Check the network and "
            "papers.openreview.baseurl_v1 and baseurl_v2, then run the command again."
        ) from None
    except (ValueError, RecursionError) as error:
        raise DatafootprintError(
            f"{host} sent what cannot be read ({type(error).__name__}); check "
            "papers.openreview.baseurl_v1 and baseurl_v2."
        ) from None


def _sentence(error: openreview.OpenReviewException, host: str) -> str:
    details = error.args[0] if error.args else ""
    name = str(details.get("name", "")) if isinstance(details, dict) else ""
    message = str(details.get("message", details) if isinstance(details, dict) else details)
    status = details.get("status") if isinstance(details, dict) else None
    said = without_secrets(" ".join(message.split()))[:200]
    if name == "ChallengeRequiredError" or "challenge" in message.lower():
        return f"{host} asks guests to prove that they are no robot: {HOW_TO_LOG_IN}."
    if message.startswith("Please use "):
        return (
            f"papers.openreview: {host} is the host of the other API; set baseurl_v1 to "
            "https://api.openreview.net and baseurl_v2 to https://api2.openreview.net."
        )
    if name == "MfaError":
        return f"{_mfa([])} The server says: {said}"
    if "password" in message.lower() or "username" in message.lower():
        return (
            f"{host} does not accept OPENREVIEW_USERNAME with OPENREVIEW_PASSWORD ({said}); "
            "correct them in the environment."
        )
    if status == 401 or "token" in (name + message).lower():
        return (
            f"{host} does not accept the session ({said}); unset OPENREVIEW_TOKEN or set a new "
            "one, then run the command again."
        )
    if status == 403 or name == "ForbiddenError":
        return f"{host} does not let this account see it ({said}); {HOW_TO_LOG_IN}."
    return f"{host} answered with an error: {name or 'Error'}: {said}"


def _mfa(methods: list[str]) -> DatafootprintError:
    ways = f" ({', '.join(methods)})" if methods else ""
    return DatafootprintError(
        f"OpenReview: the account asks for a second factor{ways}; set OPENREVIEW_MFA_CODE to the "
        "code that the authenticator app shows now, or OPENREVIEW_TOKEN to the token of a session."
    )


def _second_factor(method: str) -> str:
    code = os.environ.get("OPENREVIEW_MFA_CODE", "").strip()
    if not code:
        raise _mfa([method])
    return code


@contextmanager
def _no_questions() -> Iterator[None]:
    """Keep the client from asking a question on a terminal that nobody may be looking at."""
    terminal = sys.stdin
    with open(os.devnull) as nothing:  # noqa: PTH123 - os.devnull is a name, not a path
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin = terminal
