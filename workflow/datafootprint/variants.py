"""Variants in the configuration: each a name and the regular expression that finds it."""

import re
from collections.abc import Iterable, Mapping

from datafootprint.errors import DatafootprintError


def compile_variants(
    variants: Iterable[Mapping[str, str]], key: str, otherwise: str
) -> dict[str, re.Pattern[str]]:
    """Compile the patterns of variants, which ignore case.

    Parameters
    ----------
    variants : iterable of mapping
        name, pattern (a regular expression).
    key : str
        Where they stand in the configuration.
    otherwise : str
        What is called so that no pattern finds; no variant may have this name.

    Returns
    -------
    dict of str to re.Pattern
        In the order of `variants`.

    Raises
    ------
    DatafootprintError
        If a pattern is not a regular expression, or a name is `otherwise` or occurs twice.
    """
    compiled: dict[str, re.Pattern[str]] = {}
    for variant in variants:
        name, pattern = variant["name"], variant["pattern"]
        if name == otherwise or name in compiled:
            reason = "is what no pattern finds" if name == otherwise else "occurs twice"
            raise DatafootprintError(f"config: {key}: the name {name!r} {reason}; choose another.")
        try:
            compiled[name] = re.compile(pattern, re.IGNORECASE)
        except re.error as error:
            raise DatafootprintError(
                f"config: {key}: the pattern of {name!r}, {pattern!r}, is not a regular "
                f"expression: {error}."
            ) from None
    return compiled
