"""Each parser of foreign bytes against arbitrary ones: a result or one sentence, never a crash.

What once failed lies in corpus/<parser>/ and is tried every time, also in the default run.
"""

import contextlib
import io
import math
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT

from datafootprint.energy.carbontracker import read_carbontracker_log, read_epoch_energies
from datafootprint.energy.codecarbon import read_codecarbon_csv
from datafootprint.errors import DatafootprintError
from datafootprint.papers.listing import list_accepted
from datafootprint.papers.mentions import compile_patterns, find_mentions
from datafootprint.papers.normalise import normalise, storable
from datafootprint.papers.pdfs import judge
from datafootprint.papers.sources import FetchError, PdfArchive
from datafootprint.records import read_records, write_records
from datafootprint.tables import read_rows, write_rows
from datafootprint.usage.audit.table import read_sample, write_sample
from datafootprint.usage.llm.conversation import read_answer

CORPUS = Path(__file__).parent / "corpus"
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
PATTERNS = compile_patterns(CONFIG["dataset"]["patterns"], "dataset.patterns")


def _file(content: bytes, read: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        read(path)


def tables(content: bytes) -> None:
    """What is read is written and read again without a change."""

    def read(path: Path) -> None:
        for name in ("folder_manifest", "publications", "usage_counts"):
            with contextlib.suppress(DatafootprintError):
                rows = read_rows(path, name)
                write_rows(rows, path.with_suffix(".again"), name)
                again = read_rows(path.with_suffix(".again"), name)
                assert [{**new, **old} for new, old in zip(again, rows, strict=True)] == again

    _file(content, read)


def records(content: bytes) -> None:
    """As tables."""

    def read(path: Path) -> None:
        for name in ("papers", "mentions", "usage"):
            with contextlib.suppress(DatafootprintError):
                rows = read_records(path, name)
                write_records(rows, path.with_suffix(".again"), name)
                assert read_records(path.with_suffix(".again"), name) == rows

    _file(content, read)


def audit(content: bytes) -> None:
    """As tables."""

    def read(path: Path) -> None:
        rows = read_sample(path)
        write_sample(rows, path)
        assert read_sample(path) == rows

    _file(content, read)


def carbontracker(content: bytes) -> None:
    """Energies are finite and positive."""
    text = content.decode(errors="replace")
    with contextlib.suppress(DatafootprintError):
        read_epoch_energies(text, "log")
    reading = read_carbontracker_log(text, "log")
    assert math.isfinite(reading.it_kwh_per_epoch) and reading.it_kwh_per_epoch > 0
    assert math.isfinite(reading.seconds_per_epoch) and reading.seconds_per_epoch > 0


def codecarbon(content: bytes) -> None:
    """Energies are finite and positive."""
    for reading in read_codecarbon_csv(content.decode(errors="replace"), "csv", 3, None, 1.0):
        assert math.isfinite(reading.it_kwh_per_epoch) and reading.it_kwh_per_epoch > 0
        assert math.isfinite(reading.seconds_per_epoch) and reading.seconds_per_epoch > 0


def text(content: bytes) -> None:
    """Normaliser and splitter of references; offsets lead into the text."""
    stored = storable(content.decode(errors="surrogateescape"))
    stored.encode()
    normalise(stored)
    found = find_mentions(stored, PATTERNS)
    assert found.mentions >= len(found.passages)
    for passage in found.passages:
        assert 0 <= passage["start"] <= len(stored) and passage["page"] >= 1


def answers(content: bytes) -> None:
    """An answer or a fault, never both, never neither."""
    said = content.decode(errors="replace")
    for choice in ({"message": {"content": said}}, {"message": said}, {"message": None}, {}):
        found, fault = read_answer(choice)
        assert (found is None) == bool(fault)


def archives(content: bytes) -> None:
    """Members are PDFs of bounded size or nothing."""
    opened = PdfArchive(content, 1000)
    for number in opened.members:
        got = opened.read(number)
        assert got is None or isinstance(got, FetchError) or len(got) <= 1000


def pdfs(content: bytes) -> None:
    """Only a whole PDF has a checksum."""
    outcome = judge(content, 10**6)
    assert (outcome.sha256 is not None) == (outcome.status == "ok")


class _Client:
    """Lists what it was given, as the client of OpenReview does."""

    baseurl = "https://example.org"

    def __init__(self, value: object) -> None:
        self.value = value

    def get_notes(self, after: str | None = None, **query: object) -> object:
        from openreview import Note

        note = Note.from_json(
            {
                "id": "p",
                "number": 1,
                "invitation": "i",
                "readers": [],
                "writers": [],
                "signatures": [],
                "content": self.value if isinstance(self.value, dict) else {"venue": self.value},
            }
        )
        notes = [] if after else [note]
        return (notes, 1) if query.get("with_count") else notes


def listing(content: bytes) -> None:
    """Fields of a listing may hold anything."""
    try:
        value = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError):
        return
    rule = {
        "api": "v1",
        "submissions": {"invitation": "i"},
        "decisions": [
            {"at": "submission", "field": "venue", "accepted": ["yes"], "not_accepted": ["no"]}
        ],
    }
    for row in list_accepted(_Client(value), rule, "V", 2024, "https://example.org"):
        assert isinstance(row["title"], str) and row["decision"] == "yes"


PARSERS = {
    parser.__name__: parser
    for parser in (
        *(tables, records, audit, carbontracker, codecarbon),
        *(text, answers, archives, pdfs, listing),
    )
}


def attempt(parser: str, content: bytes) -> None:
    try:
        PARSERS[parser](content)
    except DatafootprintError as error:
        sentence = str(error)
        assert len(sentence) < 5000 and "\n" not in sentence.strip(), sentence


KEPT = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_failed(path: Path) -> None:
    attempt(path.parent.name, path.read_bytes())


def seeds(parser: str) -> list[bytes]:
    return [path.read_bytes() for path in KEPT if path.parent.name == parser] or [b""]


@st.composite
def mutated(draw: st.DrawFn, parser: str) -> bytes:
    """Bytes of the corpus with pieces cut out, doubled and put in; or any bytes."""
    content = draw(st.sampled_from(seeds(parser)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        numbers = re.findall(rb"[0-9]+", content)[:20] or [b"0"]
        piece = draw(
            st.one_of(
                st.binary(max_size=20),
                st.text(max_size=20).map(lambda t: t.encode(errors="replace")),
                st.sampled_from(
                    [
                        b"",
                        b"nan",
                        b"inf",
                        b"-1",
                        b"1e999",
                        b"9" * 400,
                        b"9" * 5000,
                        b"\0",
                        b"\r",
                        b"\n",
                        b'"',
                        b",",
                        b"null",
                        b"[]",
                        b"{}",
                        b"\xff",
                        b"\xef\xbb\xbf",
                        b"'=",
                        b"_",
                        content[start:end],
                        *numbers,
                    ]
                ),
            )
        )
        content = content[:start] + piece + content[draw(st.sampled_from([start, end])) :]
    return content


FUZZING = settings(
    deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, database=None
)


@pytest.mark.parametrize("parser", PARSERS)
def test_a_few_mutations(parser: str) -> None:
    @settings(FUZZING, max_examples=60, derandomize=True)
    @given(mutated(parser))
    def attempts(content: bytes) -> None:
        attempt(parser, content)

    attempts()


@pytest.mark.faults
@pytest.mark.parametrize("parser", PARSERS)
def test_many_mutations(parser: str) -> None:
    @settings(FUZZING, max_examples=3000)
    @given(mutated(parser))
    def attempts(content: bytes) -> None:
        attempt(parser, content)

    attempts()


def test_every_parser_has_a_corpus() -> None:
    assert {path.parent.name for path in KEPT} == set(PARSERS)
    stream = io.BytesIO((CORPUS / "archives" / "two.zip").read_bytes())
    assert len(zipfile.ZipFile(stream).namelist()) == 2
