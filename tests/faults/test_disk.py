"""Disks that are full or may not be written, through the real Snakemake."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.faults.runs import command, ended, hidden, run, tables

pytestmark = pytest.mark.faults

DEMO = ("--configfile", "config/demo.yaml")
FULL = "…: No space left on device; free some space …"
FAULTS = [
    ("full disk", "papers", "usage", "-o size=16k none results", FULL),
    ("full disk", "report", "all", "-o size=1200k none results", FULL),
    ("full disk", "cache", "usage", "-o size=8k none cache", FULL),
    ("no inodes left", "cache", "usage", "-o nr_inodes=9 none cache", FULL),
    ("read-only cache", "cache", "usage", "-o ro none cache", "…: Read-only file system; make …"),
    # Found by Snakemake before the first job, and said in its own way.
    ("read-only results", "papers", "usage", "-o ro none results", "… Read-only file system: …"),
]


@pytest.mark.parametrize(
    ("target", "mount"),
    [
        pytest.param(target, mount, marks=pytest.mark.fault(fault, stage, said))
        for fault, stage, target, mount, said in FAULTS
    ],
)
def test_a_disk_that_takes_nothing(
    target: str, mount: str, sentence: re.Pattern[str], project: Path, built: Path
) -> None:
    if shutil.which("unshare") is None:
        pytest.skip("unshare (util-linux) is not installed")
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
        pytest.skip("this machine does not allow mounts of one's own")
    for name in ("results", "cache"):
        (project / name).mkdir()
    # What was written is gone with the mount: it is copied to seen/results.
    snakemake = shlex.join(command(target, *DEMO))
    script = (
        f"mount -t tmpfs {mount} && {{ {snakemake}; code=$?; }}; cp -r results seen; exit $code"
    )
    (project / "seen").mkdir()
    ended(project, ["unshare", "-rm", "sh", "-c", script]).told(sentence)
    whole = tables(built)
    assert tables(project / "seen").items() <= whole.items()
    assert hidden(project / "seen") == []
    again = run(project, target, *DEMO)
    assert again.code == 0, again.output
    assert tables(project).items() <= whole.items()
    assert "usage_counts.csv" in tables(project)


@pytest.mark.fault(
    "a cache on a disk that is not mounted",
    "cache",
    "cache: File exists; put a folder in its place, or mount the disk that the link leads to …",
)
def test_a_cache_that_leads_nowhere(sentence: re.Pattern[str], project: Path) -> None:
    (project / "cache").symlink_to("unmounted")
    run(project, "usage", *DEMO).told(sentence)
