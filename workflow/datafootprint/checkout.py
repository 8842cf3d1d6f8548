"""Whether the workflow can run from where it is."""

import os
import re
import sys
from pathlib import Path

import datafootprint
from datafootprint.errors import DatafootprintError

#: What bash takes apart: Snakemake gives it the path of Python without quotes.
_UNQUOTED = re.compile(r"[^\w@%+=:,./~-]")


def check_checkout(root: Path, python: str = sys.executable) -> None:
    """Refuse a place from which Snakemake cannot run the jobs of the checkout `root`.

    That is a path with characters that it cannot handle, or another checkout's package.
    """
    if _UNQUOTED.search(python):
        raise DatafootprintError(
            f"{python}: Snakemake cannot run jobs with a Python whose path has a space or a quote; "
            "make the environment in another folder, such as python3 -m venv ~/datafootprint-env, "
            "and call its snakemake here."
        )
    if set("{}") & set(str(root)):
        raise DatafootprintError(
            f"{root}: Snakemake reads braces in a path as wildcards; rename the folder."
        )
    imported = Path(datafootprint.__file__).parents[1]
    if imported.resolve() != (root / "workflow").resolve():
        raise DatafootprintError(
            f"the package of {root} is to run, but that of {imported} is imported; take the other "
            "one off PYTHONPATH, or run one checkout at a time."
        )


def give_package_to_jobs(root: Path) -> None:
    """Put the package of the checkout `root` before all others that jobs find."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(root / "workflow"), before]))
