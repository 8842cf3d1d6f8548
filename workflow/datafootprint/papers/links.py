"""Links to PDFs, which may lead anywhere."""

from urllib.parse import urlsplit

import requests

from datafootprint.connections import TooLargeError
from datafootprint.papers.pace import LongWaitError
from datafootprint.papers.pdfs import FetchError, without_access
from datafootprint.papers.transport import RefusedAddressError


def fetch_link(session: requests.Session, url: str) -> bytes | FetchError:
    """Return what a link leads to, or why it cannot be had.

    Parameters
    ----------
    session : requests.Session
        Without credentials; its adapter refuses private addresses.
    url : str
        From a listing or a table, so anybody's.
    """
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("http", "https"):
        return FetchError("refused", f"{without_access(url)[:80]}: not a link of the web")
    try:
        response = session.get(url)
    except RefusedAddressError as error:
        return FetchError("refused", str(error))
    except TooLargeError as error:
        return FetchError("too_large", str(error))
    except requests.exceptions.InvalidSchema:
        return FetchError("refused", "redirects to something else than a link of the web")
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema):
        return FetchError("refused", f"{without_access(url)[:80]}: not a link of the web")
    except (requests.RequestException, LongWaitError) as error:
        return FetchError("unreachable", str(error))
    except ValueError:
        return FetchError("refused", "redirects to what is no link of the web")
    if response.status_code in (404, 410):
        return FetchError("not_found", f"HTTP {response.status_code}")
    if not response.ok:
        return FetchError("unreachable", f"HTTP {response.status_code} {response.reason}")
    return response.content
