"""A dataset: a folder with a card, `dataset.yaml`, and its tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from datafootprint.errors import DatafootprintError

CARD = "dataset.yaml"
#: The tables of a dataset, each in a file `<name>.csv` of its folder.
TABLES = ("usage_counts", "publications", "energy_per_epoch", "hub_copies", "values")
#: What a dataset has beside its tables.
_OWN = ("name", "size_gb", "patterns", "variants")


def with_dataset(config: Mapping[str, Any], data: str | Path) -> dict[str, Any]:
    """Complete a configuration with the card of its dataset; what the configuration sets wins.

    Parameters
    ----------
    config : mapping
        With `dataset`, the name of a folder in `data` or the path of a folder.
    data : path
        The folder with the shipped datasets.

    Returns
    -------
    dict
        With a section `dataset`: name, size_gb, patterns, variants, folder, and tables (name of a
        table -> path, None if the dataset has no such table).
    """
    folder = find_dataset(config["dataset"], data)
    card = yaml.safe_load((folder / CARD).read_text(encoding="utf-8"))
    tables = {name: folder / f"{name}.csv" for name in TABLES}
    completed = _over(config, {key: value for key, value in card.items() if key not in _OWN})
    completed["dataset"] = {
        **{key: card[key] for key in _OWN},
        "folder": str(folder),
        "tables": {name: str(path) if path.exists() else None for name, path in tables.items()},
    }
    return completed


def find_dataset(dataset: str, data: str | Path) -> Path:
    """Return the folder of a dataset: the path itself, or the folder of this name in `data`."""
    for folder in (Path(dataset).expanduser(), Path(data) / dataset):
        if (folder / CARD).is_file():
            return folder
    shipped = ", ".join(sorted(path.parent.name for path in Path(data).glob(f"*/{CARD}")))
    raise DatafootprintError(
        f"config: dataset is {dataset!r}, but there is no {dataset}/{CARD} in {Path.cwd()} nor in "
        f"{data}; name a folder with a {CARD}, or one of {shipped}."
    )


def _over(values: Any, defaults: Any) -> Any:
    """Put `values` over `defaults`, section by section; None leaves the default."""
    if not isinstance(values, Mapping) or not isinstance(defaults, Mapping):
        return defaults if values is None else values
    return {**values, **{key: _over(values.get(key), own) for key, own in defaults.items()}}
