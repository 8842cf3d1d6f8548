"""The workflow killed at random moments: nothing lost, nothing twice, nothing half-written."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.faults.runs import said, start, tables
from tests.services.llm_server import LlmServer, Reply, answer, passages_of
from tests.services.papers.downloading import make_pdf
from tests.services.papers.openreview_server import OpenReview, paper_v2, serve

from datafootprint.papers.pdfs import judge
from datafootprint.papers.texts import find_text

KILLS = int(os.environ.get("DATAFOOTPRINT_KILLS", "12"))
PAPERS = 60
DEMO = ("--configfile", "config/demo.yaml")
SIGNALS: dict[str, Callable[[subprocess.Popen[bytes]], None]] = {
    "KILL to all processes": lambda run: os.killpg(run.pid, signal.SIGKILL),
    # Its jobs go on as orphans, beside the next run.
    "KILL to snakemake alone": lambda run: run.kill(),
    "TERM to all processes": lambda run: os.killpg(run.pid, signal.SIGTERM),
    "INT to all processes, as Ctrl-C does": lambda run: os.killpg(run.pid, signal.SIGINT),
}


def kill_and_end(
    checkout: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    record: Callable[[str, Any], None],
    between: Callable[[Path], None] = lambda cache: None,
    config: dict[str, Any] | None = None,
) -> int:
    """Kill runs until half of the kills are done, then let one end; return how many ended.

    After each kill every file that has its name is compared with that of an undisturbed run;
    `between` is called with the cache before each start and at the end.
    """
    folders = []
    for name in ("quiet", "killed"):
        folder = Path(shutil.copytree(checkout, tmp_path / name))
        (folder / "mine.yaml").write_text(yaml.safe_dump(config or {}))
        folders.append(folder)
    quiet, killed = folders
    arguments = ("--nolock", *arguments)
    began = time.monotonic()
    assert start(quiet, *arguments).wait() == 0, said(quiet)
    whole_s = time.monotonic() - began
    expected = tables(quiet)
    shutil.rmtree(quiet / "cache")

    chance = random.Random(20260604)
    kinds: Counter[str] = Counter()
    ended = 2
    while kinds.total() < KILLS // 2:
        between(killed / "cache")
        run = start(killed, *arguments)
        try:
            run.wait(timeout=chance.uniform(0.1, 0.9) * whole_s)
            assert run.returncode == 0, said(killed)
            ended += 1
            for place in ("results", "cache"):
                shutil.rmtree(killed / place)
            continue
        except subprocess.TimeoutExpired:
            kind = list(SIGNALS)[kinds.total() % len(SIGNALS)]
        SIGNALS[kind](run)
        run.wait(timeout=120)
        kinds[kind] += 1
        for name, content in tables(killed).items():
            assert content == expected[name], (kind, name)
    between(killed / "cache")
    assert start(killed, *arguments).wait() == 0, said(killed)
    between(killed / "cache")
    assert tables(killed) == expected
    for path in (killed / "cache").glob("pdf/*/*.pdf"):
        outcome = judge(path.read_bytes(), 10**9)
        assert (outcome.status, outcome.sha256) == ("ok", path.stem)
    for path in (killed / "cache").glob("text/*/*.txt"):
        assert find_text(killed / "cache", path.stem) is not None
    record("kills", kinds.total())
    print(f"\n{kinds.total()} kills survived: {dict(kinds)}")
    return ended


@pytest.mark.faults
@pytest.mark.fault("kills at random moments", "all", "same results")
def test_killed_from_papers_to_report(
    checkout: Path, tmp_path: Path, record_property: Callable[[str, Any], None]
) -> None:
    kill_and_end(checkout, tmp_path, DEMO, record_property)


@pytest.fixture
def openreview() -> Iterator[OpenReview]:
    with serve(OpenReview("v2", delay_s=0.1)) as service:
        service.notes = [paper_v2(number) for number in range(PAPERS)]
        service.pdfs = {note["id"]: make_pdf(sentences(note["number"])) for note in service.notes}
        yield service


def sentences(number: int) -> list[str]:
    rest = (f"Sentence {i} of paper {number}." for i in range(20))
    return [f"Paper {number}", "We train on ImageNet from scratch.", *rest]


def label(body: dict[str, Any], before: int) -> Reply:
    quote = "We train on ImageNet from scratch."
    return Reply(answer("trained_from_scratch", [quote]), delay_s=0.2)


class Tally:
    """What the services sent, held against what the cache had before."""

    def __init__(self, openreview: OpenReview, model: LlmServer) -> None:
        self.openreview, self.model = openreview, model
        self.fetched: set[str] = set()
        self.paid: set[str] = set()
        self.again: list[str] = []
        self.seen = (0, 0)

    def look(self, cache: Path) -> None:
        """Note what was asked for since the last look although the cache had it then."""
        sent, asked = self.openreview.sent[:], [passages_of(body) for body in self.model.requests]
        self.again += [paper for paper in sent[self.seen[0] :] if paper in self.fetched]
        self.again += [passages for passages in asked[self.seen[1] :] if passages in self.paid]
        self.seen = len(sent), len(asked)
        self.fetched = {
            json.loads(path.read_bytes())["place"].partition("\n")[2].partition(" ")[0]
            for path in cache.glob("fetched/*/*.json")
        }
        self.paid = {
            passages_of(json.loads(path.read_bytes()))
            for path in cache.glob("llm/answers/*/*.json")
        }


@pytest.mark.faults
@pytest.mark.fault(
    "kills at random moments, OpenReview and a language model",
    "papers, usage",
    "same results; nothing that was kept is fetched or paid for again",
)
def test_killed_while_services_answer(
    checkout: Path,
    tmp_path: Path,
    openreview: OpenReview,
    record_property: Callable[[str, Any], None],
) -> None:
    with LlmServer(label) as model:
        config = {
            "papers": {
                "source": "openreview",
                "years": [2024],
                "openreview": {"baseurl_v1": openreview.url, "baseurl_v2": openreview.url}
                | {"pdfs_per_request": 2},
            },
            "usage": {
                "classifier": "llm",
                # A model whose energy, which depends on the time of its answers, is not known.
                "llm": {"base_url": model.base_url, "model": "local", "concurrency": 2},
            },
        }
        tally = Tally(openreview, model)
        arguments = ("usage", "--configfile", "mine.yaml")
        ended = kill_and_end(checkout, tmp_path, arguments, record_property, tally.look, config)
        assert tally.again == []
        assert len(tally.fetched) == len(tally.paid) == PAPERS
        # What a kill cut off is asked for again: an archive of two, two requests at a time.
        for count in (len(openreview.sent), len(model.requests)):
            assert ended * PAPERS <= count <= ended * PAPERS + 2 * (KILLS // 2)
        print(
            f"{ended} runs to the end of {PAPERS} papers each: {len(openreview.sent)} PDFs sent, "
            f"{len(model.requests)} requests answered"
        )
