"""Training a model for real, with its energy logged."""

import importlib.util
import os

from datafootprint.errors import DatafootprintError

# Read when torch is imported: threads that wait shall not spin, which a shared machine cannot bear.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def require_packages(*names: str) -> None:
    """Refuse to start without optional packages; the error says how to install them."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        raise DatafootprintError(
            f"training networks needs {', '.join(missing)}, not installed here; run "
            "pip install '.[measure]' in the folder of Datafootprint."
        )
