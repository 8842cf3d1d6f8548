"""Kinds of columns that the tables of several stages have."""

from typing import Any

import pandera.pandas as pa


def column(description: str, **limits: Any) -> Any:
    """Return a column of any kind."""
    return pa.Field(description=description, **limits)


def year(description: str = "Calendar year", **limits: Any) -> Any:
    """Return a column of years."""
    return column(description, ge=1900, le=2100, **limits)


def count(description: str, most: int = 10**9, **limits: Any) -> Any:
    """Return a column of how many there are."""
    return column(description, ge=0, le=most, **limits)


def amount(description: str, **limits: Any) -> Any:
    """Return a column of numbers that are not negative."""
    return column(description, ge=0, **limits)


def positive(description: str, **limits: Any) -> Any:
    """Return a column of numbers above zero."""
    return column(description, gt=0, **limits)


def share(description: str, **limits: Any) -> Any:
    """Return a column of parts of a whole."""
    return column(description, ge=0, le=1, **limits)
