"""Whose certificates are trusted, and what to say of a server that has none of them."""

import os
import ssl
from pathlib import Path

from datafootprint.errors import DatafootprintError

#: The variables that `requests` reads and those that `httpx2` reads, in their order.
OF_REQUESTS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
OF_HTTPX = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def authorities(*variables: str) -> str | None:
    """Return the file or folder of trusted authorities that the environment names.

    Parameters
    ----------
    *variables : str
        Names of variables; the first that is set counts.

    Returns
    -------
    str or None
        None if no variable is set: the authorities that come with the library or the system.

    Raises
    ------
    DatafootprintError
        If what is named is not there or holds no certificate.
    """
    for name in variables:
        path = os.environ.get(name)
        if path:
            try:
                context_of(path)
            except OSError as error:
                raise DatafootprintError(
                    f"the environment variable {name} is to name the certificates of trusted "
                    f"authorities, but {path} cannot be read as such ({error.strerror or error}); "
                    "correct or unset it."
                ) from None
            return path
    return None


def context_of(path: str) -> ssl.SSLContext:
    """Return a context that trusts the authorities in a file or folder, and no others."""
    if Path(path).is_dir():
        return ssl.create_default_context(capath=path)
    return ssl.create_default_context(cafile=path)


def distrust(error: BaseException, host: str) -> str | None:
    """Say that a certificate could not be verified, if that is what an error comes from.

    Parameters
    ----------
    error : BaseException
        Of any client; its causes and arguments are looked through.
    host : str
        For the sentence, which has no full stop.
    """
    pending, seen = [error], set()
    while pending:
        found = pending.pop()
        if isinstance(found, ssl.SSLCertVerificationError):
            return (
                f"the certificate of {host} could not be verified "
                f"({found.verify_message.rstrip('.')}); behind a company's proxy name its "
                "authority in REQUESTS_CA_BUNDLE or SSL_CERT_FILE"
            )
        if id(found) not in seen:
            seen.add(id(found))
            causes = (found.__cause__, found.__context__, getattr(found, "reason", None))
            pending += [e for e in (*causes, *found.args) if isinstance(e, BaseException)]
    return None
