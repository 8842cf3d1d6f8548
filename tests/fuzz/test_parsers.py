"""Files that people bring, damaged at random: each gives a result or one sentence, never a crash.

What once failed is in corpus/<parser>/ and is tried every time.
"""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import snakemake.utils
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT

from datafootprint.config import default_config, resolve_config
from datafootprint.energy.carbontracker import read_carbontracker_log
from datafootprint.energy.codecarbon import read_codecarbon_csv
from datafootprint.energy.logs import listed_runs
from datafootprint.errors import DatafootprintError
from datafootprint.literature.literature_tables import Publications
from datafootprint.papers.folder import list_folder
from datafootprint.papers.mentions import compile_patterns, find_mentions
from datafootprint.papers.normalise import storable
from datafootprint.papers.text_parts import reference_spans
from datafootprint.tables import read_table, write_table
from datafootprint.usage.llm.exchange import read_answer

CORPUS = Path(__file__).parent / "corpus"
KEPT = sorted(path for path in CORPUS.glob("*/*") if path.is_file())
PIECES = [b"", b"nan", b"inf", b"-1", b"1e999", b"\0", b"\r", b"\n", b'"', b",", b";"]
PIECES += [b"null", b"[]", b"{}", b"\xff", b"\xef\xbb\xbf", b"'=", b"_", b"\t"]


def tables(path: Path) -> None:
    """What is read is written and read again without a change."""
    table = read_table(path, Publications)
    write_table(table, path, Publications)
    assert read_table(path, Publications).equals(table)


def manifests(path: Path) -> None:
    """A manifest names files in its folder."""
    (path.parent / "a.pdf").write_bytes(b"%PDF")
    path.rename(path.with_name("manifest.csv"))
    for paper in list_folder(path.parent, 2024):
        assert path.parent.resolve() in Path(str(paper.pdf_url)).resolve().parents


def runs(path: Path) -> None:
    """A list of logs."""
    path.rename(path.with_name("runs.csv"))
    listed_runs(path.parent)


def carbontracker(path: Path) -> None:
    """Energies are finite and positive."""
    reading = read_carbontracker_log(path.read_text(errors="replace"), "log")
    assert math.isfinite(reading.it_kwh_per_epoch) and reading.it_kwh_per_epoch > 0


def codecarbon(path: Path) -> None:
    """Energies are finite and positive."""
    for reading in read_codecarbon_csv(path, 3, None, 1.0):
        assert math.isfinite(reading.it_kwh_per_epoch) and reading.it_kwh_per_epoch > 0


def text(path: Path) -> None:
    """Passages and references are within the text of a paper."""
    stored = storable(path.read_bytes().decode(errors="surrogateescape"))
    for start, end in reference_spans(stored):
        assert 0 <= start < end <= len(stored)
    patterns = compile_patterns(default_config(ROOT)["dataset"]["patterns"])
    found = find_mentions(stored, patterns)
    assert found.mentions >= len(found.passages)


def configuration(path: Path) -> None:
    """A file of the user's over the default configuration, as Snakemake merges them."""
    try:
        own = yaml.safe_load(path.read_bytes())
    except (yaml.YAMLError, ValueError, RecursionError):
        return
    if isinstance(own, dict):
        config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
        snakemake.utils.update_config(config, own)
        resolve_config(config, ROOT / "data", [str(path)])


def answers(path: Path) -> None:
    """An answer of a model or why it cannot be used."""
    said = path.read_bytes().decode(errors="replace")
    for choice in ({"message": {"content": said}}, {"message": said}, {"message": None}, {}):
        found, fault, _ = read_answer(choice)
        assert (found is None) == bool(fault)


PARSERS: list[Callable[[Path], None]] = [
    tables, manifests, runs, carbontracker, codecarbon, text, configuration, answers,
]  # fmt: skip


def attempt(parser: Callable[[Path], None], content: bytes, folder: Path) -> None:
    path = folder / "file"
    path.write_bytes(content)
    try:
        parser(path)
    except DatafootprintError as error:
        assert "\n" not in str(error)


@st.composite
def mutated(draw: st.DrawFn, parser: str) -> bytes:
    """Bytes of the corpus with pieces cut out, doubled and put in; or any bytes."""
    seeds = [path.read_bytes() for path in KEPT if path.parent.name == parser]
    content = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from([*PIECES, content[start:end]]) | st.binary(max_size=20))
        content = content[:start] + piece + content[draw(st.sampled_from([start, end])) :]
    return content


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_failed(path: Path, tmp_path: Path) -> None:
    (parser,) = [parser for parser in PARSERS if parser.__name__ == path.parent.name]
    attempt(parser, path.read_bytes(), tmp_path)


@pytest.mark.parametrize("examples", [30, pytest.param(3000, marks=pytest.mark.faults)])
@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.__name__)
def test_damage_at_random(
    parser: Callable[[Path], None], examples: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    @settings(
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        max_examples=examples,
        derandomize=examples < 1000,
    )
    @given(mutated(parser.__name__))
    def attempts(content: bytes) -> None:
        attempt(parser, content, tmp_path_factory.mktemp("fuzz"))

    attempts()
