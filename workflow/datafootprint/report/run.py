"""Which run a saved report is of: what its configuration changes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

#: Keys that say where and in how many jobs, and nothing of the results.
OF_THE_MACHINE = ("papers.cache_dir", "papers.shards", "hub.cache_dir")


def differing_keys(config: Mapping[str, Any], default: Path) -> dict[str, str]:
    """List what a configuration changes.

    Parameters
    ----------
    config : mapping
        The merged configuration.
    default : Path
        The YAML file with the default of every key.

    Returns
    -------
    dict of str to str
        Key, with dots between its levels -> its value as JSON.
    """
    own, usual = _flat(config), _flat(yaml.safe_load(default.read_text(encoding="utf-8")))
    return {
        key: json.dumps(value, ensure_ascii=False, default=str)
        for key, value in sorted(own.items())
        if key not in OF_THE_MACHINE and (key not in usual or value != usual[key])
    }


def _flat(section: Mapping[Any, Any], place: str = "") -> dict[str, Any]:
    keys: dict[str, Any] = {}
    for key, value in section.items():
        if isinstance(value, Mapping) and value:
            keys |= _flat(value, f"{place}{key}.")
        else:
            keys[f"{place}{key}"] = value
    return keys
