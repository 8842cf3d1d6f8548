"""The optional packages of a measurement, checked before anything starts."""

import importlib.util
from collections.abc import Iterable

from datafootprint.errors import DatafootprintError


def require_packages(names: Iterable[str]) -> None:
    """Refuse to start without the optional packages.

    Raises
    ------
    DatafootprintError
        Naming the missing ones and how to install them.
    """
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        raise DatafootprintError(
            f"training networks needs {', '.join(missing)}, not installed here; run "
            "pip install '.[measure]' in the folder of Datafootprint."
        )
