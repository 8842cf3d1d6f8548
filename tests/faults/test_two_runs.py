"""Two runs at once: on one folder, and on one cache."""

import re
import shutil
import time
from pathlib import Path

import pytest
from tests.faults.runs import hidden, said, start, tables

pytestmark = pytest.mark.faults

DEMO = ("--configfile", "config/demo.yaml")


@pytest.mark.fault("two runs at once on one folder", "all", "Error: Directory cannot be locked. …")
def test_on_one_folder(sentence: re.Pattern[str], project: Path, built: Path) -> None:
    first = start(project, *DEMO)
    # It has taken the lock when the first job is done.
    while not any((project / "results").rglob("*.jsonl")) and first.poll() is None:
        time.sleep(0.1)
    second = start(project, *DEMO)
    assert second.wait() != 0
    assert any(map(sentence.match, map(str.strip, said(project).splitlines()))), said(project)
    assert first.wait() == 0, said(project)
    assert tables(project) == tables(built)


@pytest.mark.fault("two runs at once on one cache", "all", "same results")
def test_on_one_cache(checkout: Path, built: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    folders = [Path(shutil.copytree(checkout, tmp_path / name)) for name in ("one", "two")]
    for folder in folders:
        with (folder / "config" / "demo.yaml").open("a") as stream:
            stream.write(f"  cache_dir: {cache}\n")
    runs = [start(folder, *DEMO) for folder in folders]
    assert [run.wait() for run in runs] == [0, 0], "\n".join(map(said, folders))
    for folder in folders:
        assert tables(folder) == tables(built)
    assert hidden(cache) == []
