"""A cache that was damaged: what is damaged is had again, and nothing else."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from tests.faults.runs import run, tables
from tests.services.llm_server import LlmServer, Reply, answer
from tests.services.papers.downloading import make_pdf
from tests.services.papers.openreview_server import OpenReview, paper_v2, serve

pytestmark = pytest.mark.faults

PAPERS = 6
QUOTE = "We train on ImageNet from scratch."


def flipped(content: bytes) -> bytes:
    """Change one byte in the middle; the size stays."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def halved(content: bytes) -> bytes:
    """Cut near the middle, and inside a line."""
    return content[: len(content) // 2 - 9]


class Services:
    """Where papers and labels come from, and what was asked of them."""

    def __init__(self, openreview: OpenReview, model: LlmServer) -> None:
        self.openreview, self.model = openreview, model

    @property
    def asked(self) -> dict[str, int]:
        """How often each was asked: for a listing, for PDFs, for a label."""
        paths = [path for path, _ in self.openreview.requests]
        return {
            "listings": paths.count("/notes"),
            "pdfs": len(self.openreview.sent),
            "labels": len(self.model.requests),
        }


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    notes = [paper_v2(number) for number in range(PAPERS)]
    lines = [
        [f"Paper {n}", QUOTE, *(f"Sentence {i} of paper {n}." for i in range(9))]
        for n in range(PAPERS)
    ]
    with (
        serve(OpenReview("v2", notes=notes)) as openreview,
        LlmServer(lambda body, before: Reply(answer("trained_from_scratch", [QUOTE]))) as model,
    ):
        openreview.pdfs = {n["id"]: make_pdf(text) for n, text in zip(notes, lines, strict=True)}
        yield Services(openreview, model)


@pytest.fixture(scope="module")
def fetched(checkout: Path, services: Services, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after a run that asked the services for everything."""
    folder = Path(shutil.copytree(checkout, tmp_path_factory.mktemp("fetched") / "project"))
    host = services.openreview.url
    config = {
        "papers": {"source": "openreview", "years": [2024]}
        | {"openreview": {"baseurl_v1": host, "baseurl_v2": host}},
        "usage": {
            "classifier": "llm",
            "llm": {"base_url": services.model.base_url, "model": "local"},
        },
    }
    (folder / "mine.yaml").write_text(yaml.safe_dump(config))
    done = run(folder, "usage", "--configfile", "mine.yaml")
    assert done.code == 0, done.output
    assert services.asked == {"listings": 2, "pdfs": PAPERS, "labels": PAPERS}
    return folder


DAMAGED = [
    ("a listing, cut", "listings/*.jsonl", halved, "listings", 2),
    ("a PDF, one bit flipped", "pdf/*/*.pdf", flipped, "pdfs", 1),
    ("a record of a download, cut", "fetched/*/*.json", halved, "pdfs", 1),
    ("a text, one bit flipped", "text/*/*.txt", flipped, "", 0),
    ("an answer of a model, cut", "llm/answers/*/*.json", halved, "labels", 1),
    ("the notes of what was spent, cut", "llm/spending.jsonl", halved, "", 0),
]


@pytest.mark.parametrize(
    ("pattern", "damage", "again", "times"),
    [
        pytest.param(
            *row,
            id=name,
            marks=pytest.mark.fault(
                f"damaged in the cache: {name}", "papers, usage", "same results"
            ),
        )
        for name, *row in DAMAGED
    ],
)
def test_what_is_damaged_is_had_again(
    pattern: str,
    damage: Callable[[bytes], bytes],
    again: str,
    times: int,
    fetched: Path,
    services: Services,
    tmp_path: Path,
) -> None:
    folder = Path(shutil.copytree(fetched, tmp_path / "project"))
    shutil.rmtree(folder / "results")
    files = sorted((folder / "cache").glob(pattern))
    for path in files[:1]:
        path.write_bytes(damage(path.read_bytes()))
    before = services.asked
    done = run(folder, "usage", "--configfile", "mine.yaml")
    assert done.code == 0, done.output
    assert tables(folder) == tables(fetched)
    assert services.asked == before | ({again: before[again] + times} if again else {})


@pytest.mark.fault(
    "damaged in the cache: a PDF, after it was listed",
    "papers",
    "…pdf: the content has changed since it was listed …--forcerun download_papers…",
)
def test_a_pdf_that_changes_between_two_jobs(
    sentence: re.Pattern[str], fetched: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(fetched, tmp_path / "project"))
    (path, *_) = sorted((folder / "cache").glob("pdf/*/*.pdf"))
    path.write_bytes(flipped(path.read_bytes()))
    shutil.rmtree(folder / "cache" / "text")
    search = ("usage", "--configfile", "mine.yaml", "--forcerun")
    run(folder, *search, "find_mentions").told(sentence)
    done = run(folder, *search, "download_papers")
    assert done.code == 0, done.output
    assert tables(folder) == tables(fetched)
