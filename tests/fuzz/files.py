"""Parsers of files: tables, logs, papers, archives, the configuration."""

import contextlib
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import snakemake.utils
import yaml
from tests.conftest import ROOT

from datafootprint.config import default_config, resolve_config
from datafootprint.energy.carbontracker import read_carbontracker_log, read_epoch_energies
from datafootprint.energy.codecarbon import read_codecarbon_csv
from datafootprint.energy.logs import read_runs
from datafootprint.errors import DatafootprintError
from datafootprint.hub.counts import count_datasets
from datafootprint.hub.snapshot import read_datasets
from datafootprint.literature.literature_tables import Publications
from datafootprint.papers.folder import find_in_folder, folder_state, list_folder
from datafootprint.papers.mentions import compile_patterns, find_mentions
from datafootprint.papers.normalise import normalise, storable
from datafootprint.papers.paper_records import Mentions, Paper
from datafootprint.papers.papers_tables import FolderManifest
from datafootprint.papers.pdfs import judge
from datafootprint.papers.references import reference_spans
from datafootprint.papers.sources import FetchError, unpack
from datafootprint.records import read_records, write_records
from datafootprint.tables import read_table, write_table
from datafootprint.usage.audit.sample import read_sample
from datafootprint.usage.claims import body_passages, claims_by_rules, make_record
from datafootprint.usage.injection import suspicions
from datafootprint.usage.labels import Classifier
from datafootprint.usage.names import Dataset
from datafootprint.usage.usage_records import Usage
from datafootprint.usage.usage_tables import AuditSample, UsageCounts

CONFIG = default_config(ROOT)
PATTERNS = compile_patterns(CONFIG["dataset"]["patterns"], "dataset.patterns")
DATASET = Dataset.from_config(CONFIG["dataset"], CONFIG["usage"]["count_variants"])


def _file(content: bytes, read: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        read(path)


def tables(content: bytes) -> None:
    """What is read is written and read again without a change."""

    def read(path: Path) -> None:
        for model in (FolderManifest, Publications, UsageCounts):
            with contextlib.suppress(DatafootprintError):
                table = read_table(path, model)
                write_table(table, path.with_suffix(".again"), model)
                assert read_table(path.with_suffix(".again"), model).equals(table)

    _file(content, read)


def records(content: bytes) -> None:
    """As tables."""

    def read(path: Path) -> None:
        for model in (Paper, Mentions, Usage):
            with contextlib.suppress(DatafootprintError):
                found = read_records(path, model)
                write_records(found, path.with_suffix(".again"))
                assert read_records(path.with_suffix(".again"), model) == found

    _file(content, read)


def audit(content: bytes) -> None:
    """As tables."""

    def read(path: Path) -> None:
        sample = read_sample(path)
        write_table(sample, path, AuditSample, guard_identifiers=True)
        assert read_sample(path).equals(sample)

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

    def read(path: Path) -> None:
        for reading in read_codecarbon_csv(path, 3, None, 1.0):
            assert math.isfinite(reading.it_kwh_per_epoch) and reading.it_kwh_per_epoch > 0
            assert math.isfinite(reading.seconds_per_epoch) and reading.seconds_per_epoch > 0

    _file(content, read)


def text(content: bytes) -> None:
    """Normaliser and splitter of references; offsets lead into the text."""
    stored = storable(content.decode(errors="surrogateescape"))
    stored.encode()
    normalise(stored)
    for start, end in reference_spans(stored):
        assert 0 <= start < end <= len(stored)
    found = find_mentions(stored, PATTERNS)
    assert found.mentions >= len(found.passages)
    for passage in found.passages:
        assert 0 <= passage.start <= len(stored) and passage.page >= 1


def papers(content: bytes) -> None:
    """From a paper's text to the record of its use, whose quotes stand in it."""
    stored = storable(content.decode(errors="replace"))
    found = find_mentions(stored, PATTERNS)
    mention = Mentions(
        paper_id="p",
        year=2023,
        title=stored[:50],
        pdf_sha256="0" * 64,
        status="read",
        detail="",
        mentions=found.mentions,
        in_references_only=found.in_references_only,
        passages=found.passages,
    )
    passages = body_passages(mention)
    claims = claims_by_rules(passages, DATASET)
    make_record(mention, passages, stored, claims, DATASET, Classifier.RULES)
    suspicions(stored)


def folders(content: bytes) -> None:
    """Names of files, one per line: all are listed, or one is named."""
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / "papers"
        (folder / "2024").mkdir(parents=True)
        for name in content.split(b"\n")[:20]:
            with contextlib.suppress(OSError, ValueError):
                (folder / "2024" / Path(os.fsdecode(name)).name).write_bytes(name)
        folder_state(folder, 2024)
        papers = list_folder(folder, 2024)
        assert len(find_in_folder(folder, papers)) == len(papers)


def manifests(content: bytes) -> None:
    """A manifest whose files exist is a list of papers."""
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / "papers"
        folder.mkdir()
        (folder / "a.pdf").write_bytes(b"%PDF")
        (folder / "manifest.csv").write_bytes(content)
        assert all(paper.year == 2024 for paper in list_folder(folder, 2024))


def runs(content: bytes) -> None:
    """The list of logs names files beside it only."""
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top) / "logs"
        folder.mkdir()
        corpus = Path(__file__).parent / "corpus"
        (folder / "a.log").write_bytes((corpus / "carbontracker" / "run.log").read_bytes())
        (folder / "b.csv").write_bytes((corpus / "codecarbon" / "emissions.csv").read_bytes())
        (folder / "runs.csv").write_bytes(content)
        for _, _, reading in read_runs(folder):
            assert reading.it_kwh_per_epoch > 0


def configuration(content: bytes) -> None:
    """A file of the user's over the default configuration, as Snakemake merges them."""

    def read(path: Path) -> None:
        try:
            own = yaml.safe_load(content)
        except (yaml.YAMLError, ValueError, RecursionError):
            return
        if not isinstance(own, dict):
            return
        config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
        snakemake.utils.update_config(config, own)
        resolve_config(config, ROOT / "data", [str(path)])

    _file(content, read)


def datasets(content: bytes) -> None:
    """The table of a snapshot of the Hub, which may be packed or not."""
    variants = CONFIG["hub"]["variants"]

    def read(path: Path) -> None:
        for row in count_datasets(read_datasets(path), variants, "2026-01-01").to_dict("records"):
            assert row["datasets"] > 0

    _file(content, read)


def archives(content: bytes) -> None:
    """Members are PDFs of bounded size or nothing."""
    for got in unpack(content, 1000).values():
        assert isinstance(got, FetchError) or len(got) <= 1000


def pdfs(content: bytes) -> None:
    """Only a whole PDF has a checksum."""
    outcome = judge(content, 10**6)
    assert (outcome.sha256 is not None) == (outcome.status == "ok")
