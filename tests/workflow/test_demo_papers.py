"""The demonstration papers through the real Snakemake."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.conftest import ROOT

from datafootprint.papers.paper_records import Mentions
from datafootprint.records import read_records


def mentions(folder: Path, **papers: object) -> dict[str, bytes]:
    folder.mkdir()
    settings = {"source": "folder", "folder": str(ROOT / "data" / "demo" / "papers")}
    config = {"papers": settings | {"venue": "demo", "years": [2024]} | papers}
    (folder / "mine.yaml").write_text(yaml.safe_dump(config))
    command = [sys.executable, "-m", "snakemake", "mentions", "--configfile", "mine.yaml"]
    command += ["--cores", "2", "--snakefile", str(ROOT / "Snakefile")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in (folder / "results/mentions").glob("*.jsonl")}


@pytest.mark.slow
def test_one_job_and_shards_find_the_same(tmp_path: Path) -> None:
    one = mentions(tmp_path / "one")
    assert list(one) == ["demo-2024.jsonl"]
    rows = read_records(tmp_path / "one/results/mentions/demo-2024.jsonl", Mentions)
    assert [row.mentions for row in rows] == [2, 2, 1, 2]
    assert mentions(tmp_path / "three", shards=3) == one
