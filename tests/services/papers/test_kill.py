"""A run that is killed again and again ends like one that is not."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conftest import ROOT
from tests.faults.runs import hidden
from tests.services.papers.downloading import make_pdf
from tests.services.papers.openreview_server import OpenReview, paper_v2

from datafootprint.papers.pdfs import judge
from datafootprint.papers.texts import find_text

KILLS = 25
PAPERS = 120


def sentences(number: int) -> list[str]:
    named = "We train on Ima-" if number % 3 == 0 else "We prove a lemma on tri-"
    rest = "geNet from scratch." if number % 3 == 0 else "angles and squares."
    return [f"Paper {number}", named, rest, *(f"Sentence {i} of many words." for i in range(40))]


def snakemake(folder: Path, config: dict[str, Any]) -> subprocess.Popen[bytes]:
    (folder / "mine.yaml").write_text(yaml.safe_dump(config))
    command = [
        *(sys.executable, "-m", "snakemake", "mentions", "--snakefile", str(ROOT / "Snakefile")),
        *("--configfile", "mine.yaml", "--cores", "2", "--nolock", "--rerun-incomplete"),
    ]
    with (folder / "output.log").open("ab") as output:
        return subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=output, start_new_session=True
        )


def results(folder: Path) -> dict[str, bytes]:
    top = folder / "results"
    found = {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("ICLR-2024*")}
    assert sorted(found) == [
        "mentions/ICLR-2024.jsonl",
        "papers/ICLR-2024.jsonl",
        "papers/ICLR-2024.pdfs.csv",
    ]
    return found


def recorded(cache: Path) -> set[str]:
    """Return the ids of the papers whose PDF the cache has."""
    found = set()
    for path in cache.glob("fetched/*/*.json"):
        record = json.loads(path.read_bytes())
        found.add(record["place"].partition("\n")[2].partition(" ")[0])
    return found


@pytest.mark.slow
def test_killed_at_random_moments(v2: OpenReview, tmp_path: Path) -> None:
    v2.notes = [paper_v2(number) for number in range(PAPERS)]
    v2.pdfs = {note["id"]: make_pdf(sentences(note["number"])) for note in v2.notes}
    config = {
        "papers": {
            "source": "openreview",
            "years": [2024],
            "openreview": {"baseurl_v1": v2.url, "baseurl_v2": v2.url, "pdfs_per_request": 2},
        }
    }
    quiet = tmp_path / "quiet"
    quiet.mkdir()
    start = time.monotonic()
    assert snakemake(quiet, config).wait() == 0, (quiet / "output.log").read_text()
    whole_s = time.monotonic() - start
    expected = results(quiet)

    killed = tmp_path / "killed"
    killed.mkdir()
    cache = killed / "cache"
    v2.delay_s = 0.3
    v2.sent.clear()
    chance = random.Random(20260601)
    again: list[str] = []

    for _ in range(KILLS):
        kept = recorded(cache)
        before = len(v2.sent)
        run = snakemake(killed, config)
        time.sleep(chance.uniform(0.4, 1.2) * whole_s)
        if chance.random() < 0.5:
            os.killpg(run.pid, signal.SIGKILL)
        else:
            # The job goes on as an orphan, beside the next run.
            run.kill()
        run.wait()
        again += [paper_id for paper_id in v2.sent[before:] if paper_id in kept]
    v2.delay_s = 0.0
    assert snakemake(killed, config).wait() == 0, (killed / "output.log").read_text()
    assert results(killed) == expected
    # What the cache had was never asked for again; what a kill cut off in flight may have been.
    assert again == []
    repeated = len(v2.sent) - len(set(v2.sent))
    print(f"{KILLS} kills, {len(v2.sent)} PDFs sent, {repeated} twice while in flight")
    assert repeated <= 2 * KILLS
    for path in cache.glob("pdf/*/*"):
        outcome = judge(path.read_bytes(), 10**9)
        assert (outcome.status, outcome.sha256) == ("ok", path.stem)
    for path in cache.glob("text/*/*"):
        assert find_text(cache, path.stem) is not None
    assert hidden(cache) == []
