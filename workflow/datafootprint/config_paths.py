"""The paths in a configuration, checked before anything runs."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.literature.services import SERVICES
from datafootprint.usage.counts import LIVE

#: Where Snakemake writes, and deletes what it is about to write.
OUTPUTS = ("results", "logs")


def check_paths(config: Mapping[str, Any]) -> None:
    """Refuse paths that cannot be reached, that runs write to, or that Snakemake takes otherwise.

    Whether there is something at the end of a path is checked where it is known what.

    Raises
    ------
    DatafootprintError
        For the first fault found.
    """
    for key, path in [*_inputs(config), *_places(config)]:
        try:
            Path(path).stat()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise DatafootprintError(
                f"config: {key}: {path[:200]}: {reason}; name a place that can be reached."
            ) from None
        for folder in OUTPUTS:
            if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
                raise DatafootprintError(
                    f"config: {key}: {path} lies in {folder}/, which runs write anew; copy it "
                    "elsewhere and name the copy."
                )
    for key, path in _inputs(config):
        refuse_braces(path, f"config: {key}: ")
    for path in energy_logs(config):
        refuse_braces(path, "config: energy.logs: ")


def refuse_braces(path: str, where: str) -> None:
    """Refuse a path that Snakemake takes for a pattern."""
    if "{" in path or "}" in path:
        raise DatafootprintError(
            f"{where}{path}: Snakemake reads braces in a path as wildcards; rename it."
        )


def energy_logs(config: Mapping[str, Any]) -> list[str]:
    """List the files of the folder of logs, none if it is not set."""
    folder = config["energy"]["logs"]
    patterns = [] if folder is None else ["*.log", "*.csv"]
    return sorted(str(path) for pattern in patterns for path in Path(folder).glob(pattern))


def _inputs(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys and paths that are inputs of rules."""
    for year, source in config["usage"]["counts"].items():
        if source not in (None, "published", LIVE):
            yield f"usage.counts.{year}", source
    for key in ("source", "compare_with"):
        source = config["literature"][key]
        if source not in (None, "published", *SERVICES):
            yield f"literature.{key}", source
    for section, key in (("usage", "audit"), ("papers", "urls"), ("energy", "logs")):
        if config[section][key] is not None:
            yield f"{section}.{key}", config[section][key]


def _places(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys and paths of folders that no rule declares."""
    for section, key in (
        ("papers", "folder"),
        ("papers", "cache_dir"),
        ("literature", "snapshots"),
        ("hub", "snapshots"),
        ("hub", "cache_dir"),
    ):
        if config[section][key] is not None:
            yield f"{section}.{key}", config[section][key]
    yield "energy.measure.folder", config["energy"]["measure"]["folder"]
