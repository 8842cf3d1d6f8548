"""Credentials of OpenReview, which come from the environment and go nowhere else."""

import os
from urllib.parse import urlsplit

HOW_TO_LOG_IN = (
    "set OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD (or OPENREVIEW_TOKEN) in the environment; an "
    "account is free at https://openreview.net/signup"
)


def credentials_are_set() -> bool:
    """Whether the environment holds a token, or a name and a password."""
    return bool(os.environ.get("OPENREVIEW_TOKEN")) or bool(
        os.environ.get("OPENREVIEW_USERNAME") and os.environ.get("OPENREVIEW_PASSWORD")
    )


def is_public(baseurl: str) -> bool:
    """Whether a base URL is one of openreview.net itself, which answers no guests."""
    host = urlsplit(baseurl).hostname or ""
    return host == "openreview.net" or host.endswith(".openreview.net")
