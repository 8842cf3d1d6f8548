"""What a measurement needs, checked before anything starts."""

import importlib.util
from collections.abc import Iterable
from pathlib import Path

from datafootprint.errors import DatafootprintError

INSTALL = "pip install '.[measure]' in the folder of Datafootprint"


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
            f"training networks needs {', '.join(missing)}, not installed here; run {INSTALL}."
        )


def require_image_folder(folder: str) -> Path:
    """Return the folder of an image dataset.

    Raises
    ------
    DatafootprintError
        If it lacks `train` or `val` with one folder a class, or their classes differ.
    """
    classes = {}
    for part in ("train", "val"):
        path = Path(folder) / part
        if not path.is_dir():
            raise DatafootprintError(
                f"energy.measure.dataset: {path} is not a folder; ImageNet lies in train/ and "
                "val/, with one folder a class, or use the dataset digits."
            )
        classes[part] = {child.name for child in path.iterdir() if child.is_dir()}
    if not classes["train"] or classes["train"] != classes["val"]:
        raise DatafootprintError(
            f"energy.measure.dataset: {folder}: train has {len(classes['train'])} classes, val has "
            f"{len(classes['val'])}; both need the same folders, one a class."
        )
    return Path(folder)
