"""PDFs in the cache, and for each place that was asked for a PDF the outcome.

`<cache_dir>/pdf/<aa>/<sha256>.pdf` is the file, `<cache_dir>/fetched/<aa>/<digest>.json` the
outcome for one place; a place is the name of a source and an address in it, in two lines, and
`<digest>` its SHA-256.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from datafootprint.files import write_atomically

_HEAD_BYTES = 1024
_TAIL_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking for a PDF; `status` is one of `PDF_STATUSES`."""

    status: str
    detail: str = ""
    sha256: str | None = None
    bytes: int | None = None


def pdf_path(cache_dir: str | Path, sha256: str) -> Path:
    """Return where the PDF with this checksum is."""
    return Path(cache_dir) / "pdf" / sha256[:2] / f"{sha256}.pdf"


def is_pdf(content: bytes) -> bool:
    """Return whether bytes begin like a PDF."""
    return b"%PDF" in content[:_HEAD_BYTES]


def judge(content: bytes, max_bytes: int) -> Outcome:
    """Say whether bytes are a whole PDF, without reading it."""
    size = len(content)
    if size > max_bytes:
        detail = f"{size / 1e6:.1f} MB, allowed are {max_bytes / 1e6:.1f} MB"
        return Outcome("too_large", detail, None, size)
    if not is_pdf(content):
        head = content[:_HEAD_BYTES].lower()
        kind = "a web page" if b"<html" in head or b"<!doctype" in head else "another file"
        return Outcome("not_pdf", kind if content.strip() else "the file is empty", None, size)
    if b"%%EOF" not in content[-_TAIL_BYTES:]:
        return Outcome("truncated", "the end of the file is missing", None, size)
    return Outcome("ok", "", hashlib.sha256(content).hexdigest(), size)


def is_whole(path: str | Path, sha256: str) -> bool:
    """Return whether a file exists and has this checksum."""
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
    except (FileNotFoundError, NotADirectoryError):
        return False


def keep(cache_dir: str | Path, place: str, answer: bytes | Outcome, max_bytes: int) -> Outcome:
    """Judge an answer, put a whole PDF into the cache, and note the outcome."""
    outcome = answer if isinstance(answer, Outcome) else judge(answer, max_bytes)
    if isinstance(answer, bytes) and outcome.sha256 is not None:
        path = pdf_path(cache_dir, outcome.sha256)
        if not is_whole(path, outcome.sha256):
            write_atomically(path, answer)
    record = {"place": place, "outcome": asdict(outcome)}
    write_atomically(_record_path(cache_dir, place), json.dumps(record, indent=1))
    return outcome


def recall(cache_dir: str | Path, place: str) -> Outcome | None:
    """Return what came of asking earlier; None if another attempt may end differently."""
    try:
        outcome = Outcome(**json.loads(_record_path(cache_dir, place).read_bytes())["outcome"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    if outcome.sha256 is None:
        return outcome if outcome.status == "not_found" else None
    return outcome if is_whole(pdf_path(cache_dir, outcome.sha256), outcome.sha256) else None


def _record_path(cache_dir: str | Path, place: str) -> Path:
    digest = hashlib.sha256(place.encode()).hexdigest()
    return Path(cache_dir) / "fetched" / digest[:2] / f"{digest}.json"
