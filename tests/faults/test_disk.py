"""Disks that are full or may not be written, through the real Snakemake."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults


def mounted(project: Path, mount: str, target: str) -> subprocess.CompletedProcess[str]:
    """Run a target with something else mounted in place; what was written is left in seen/."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare (util-linux) is not installed")
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
        pytest.skip("this machine does not allow mounts of one's own")
    command = f"{sys.executable} -m snakemake {target} --cores 2 --configfile config/demo.yaml"
    script = (
        f"mkdir -p results cache && {mount} && {command}; code=$?; cp -r results seen; exit $code"
    )
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def project(checkout: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkout, tmp_path / "project"))


@pytest.fixture(scope="module")
def whole(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a run with space enough."""
    project = Path(shutil.copytree(checkout, tmp_path_factory.mktemp("whole") / "project"))
    done = mounted(project, "true", "usage")
    assert done.returncode == 0, done.stderr
    return project / "results"


@pytest.mark.parametrize(
    ("mount", "sentence"),
    [
        ("mount -t tmpfs -o size=8k none results", "No space left on device; free some space"),
        ("mount -t tmpfs -o nr_inodes=7 none results", "No space left on device"),
        ("mount -t tmpfs -o size=8k none cache", "No space left on device"),
        ("mount -t tmpfs -o nr_inodes=9 none cache", "No space left on device"),
        ("mount -t tmpfs -o ro none cache", "Read-only file system"),
        ("mount -t tmpfs -o ro none results", "Read-only file system"),
    ],
)
def test_a_disk_that_takes_nothing(mount: str, sentence: str, project: Path, whole: Path) -> None:
    done = mounted(project, mount, "usage")
    told = done.stdout + done.stderr
    assert done.returncode != 0
    assert sentence in told
    if "ro none results" not in mount:
        # Snakemake itself makes the folders, and tells that in its own way.
        assert "Traceback" not in told
    for path in (project / "seen").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (whole / path.relative_to(project / "seen")).read_bytes()
    again = mounted(project, "true", "usage")
    assert again.returncode == 0, again.stderr
    for path in whole.rglob("*.*"):
        if path.is_file():
            assert (project / "results" / path.relative_to(whole)).read_bytes() == path.read_bytes()
