"""The whole workflow under fire: killed at random moments, twice at once, without space."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("DATAFOOTPRINT_KILLS", "12"))
TABLES = (".csv", ".jsonl", ".md", ".tex", ".html")


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--rerun-incomplete"]
    command += ["--configfile", "config/demo.yaml", *arguments]
    with (folder / "output.log").open("ab") as output:
        return subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=output, start_new_session=True
        )


def said(folder: Path) -> str:
    return (folder / "output.log").read_text(errors="replace")


def tables(folder: Path) -> dict[str, bytes]:
    top = folder / "results"
    return {
        str(path.relative_to(top)): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.suffix in TABLES
    }


@pytest.fixture(scope="module")
def quiet(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, bytes], float]:
    """The tables of an undisturbed run, and how long it took in seconds."""
    folder = tmp_path_factory.mktemp("quiet") / "project"
    shutil.copytree(checkout, folder)
    began = time.monotonic()
    assert start(folder).wait() == 0, said(folder)
    return tables(folder), time.monotonic() - began


@pytest.fixture
def project(checkout: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkout, tmp_path / "project"))


def test_killed_at_random_moments_it_ends_like_an_undisturbed_run(quiet, project: Path) -> None:
    expected, whole_s = quiet
    chance = random.Random(20260604)
    kinds = {"group, KILL": 0, "snakemake alone, KILL": 0, "group, TERM": 0}
    for _ in range(KILLS):
        run = start(project, "--nolock")
        time.sleep(chance.uniform(0.15, 0.9) * whole_s)
        kind = chance.choice(list(kinds))
        if run.poll() is not None:
            # It came to its end before: begin again from the middle.
            shutil.rmtree(project / "results", ignore_errors=True)
            continue
        kinds[kind] += 1
        if kind == "snakemake alone, KILL":
            run.kill()
        else:
            os.killpg(run.pid, signal.SIGKILL if kind == "group, KILL" else signal.SIGTERM)
        run.wait()
        for path, content in tables(project).items():
            # Whatever has its name is whole.
            assert content == expected[path], path
    assert start(project, "--nolock").wait() == 0, said(project)
    assert tables(project) == expected
    assert list((project / "cache" / "tmp").glob("*")) == []
    print(f"{sum(kinds.values())} kills survived: {kinds}")


def test_two_runs_on_one_folder_give_one_result_and_one_sentence(quiet, project: Path) -> None:
    expected, _ = quiet
    first = start(project)
    time.sleep(1.0)
    second = start(project)
    codes = {first.wait(), second.wait()}
    assert 0 in codes, said(project)
    if codes != {0}:
        assert "Directory cannot be locked" in said(project)
    assert tables(project) == expected


def test_two_runs_on_one_cache_give_the_same(quiet, checkout: Path, tmp_path: Path) -> None:
    expected, _ = quiet
    cache = tmp_path / "cache"
    folders = [Path(shutil.copytree(checkout, tmp_path / name)) for name in ("one", "two")]
    for folder in folders:
        with (folder / "config" / "demo.yaml").open("a") as stream:
            stream.write(f"  cache_dir: {cache}\n")
    runs = [start(folder) for folder in folders]
    assert [run.wait() for run in runs] == [0, 0], "\n".join(map(said, folders))
    for folder in folders:
        assert {name: content for name, content in tables(folder).items() if "report" not in name}
        assert tables(folder) == expected
    assert list((cache / "tmp").glob("*")) == []
