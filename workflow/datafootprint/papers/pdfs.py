"""PDFs in the cache, and for each place that was asked for a PDF the outcome.

`<cache_dir>/pdf/<aa>/<sha256>.pdf` is the file, `<cache_dir>/fetched/<aa>/<digest>.json` the
outcome for one place (a source and an address in it); `<digest>` is the SHA-256 of the place.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from datafootprint.files import write_atomically

#: Another attempt may end differently.
PASSING = ("empty", "not_pdf", "refused", "truncated", "unreachable")
_HEAD_BYTES = 1024
_TAIL_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Place:
    """The name of a source and what names the PDF there."""

    source: str
    address: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking; `limit_bytes` is the largest size allowed, where a file was larger."""

    status: str
    sha256: str | None = None
    bytes: int | None = None
    detail: str = ""
    limit_bytes: int | None = None


class FetchError(Exception):
    """A PDF could not be fetched; `status` is one of `PDF_STATUSES`."""

    def __init__(self, status: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status


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
        return Outcome("too_large", None, size, detail, max_bytes)
    if not content.strip():
        return Outcome("empty", None, size, "the file is empty")
    if not is_pdf(content):
        head = content[:_HEAD_BYTES]
        page = b"<html" in head.lower() or b"<!doctype" in head.lower()
        detail = "not a PDF but a web page" if page else "not a PDF file"
        return Outcome("not_pdf", None, size, detail)
    if b"%%EOF" not in content[-_TAIL_BYTES:]:
        return Outcome("truncated", None, size, "the end of the file is missing")
    return Outcome("ok", hashlib.sha256(content).hexdigest(), size)


def is_whole(path: str | Path, sha256: str) -> bool:
    """Return whether a file exists and has this checksum."""
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
    except (FileNotFoundError, NotADirectoryError):
        return False


def keep(cache_dir: str | Path, place: Place, content: bytes, max_bytes: int) -> Outcome:
    """Judge bytes, put a whole PDF into the cache, and note the outcome."""
    outcome = judge(content, max_bytes)
    if outcome.sha256 is not None:
        path = pdf_path(cache_dir, outcome.sha256)
        if not is_whole(path, outcome.sha256):
            write_atomically(path, content)
    note(cache_dir, place, outcome)
    return outcome


def note(cache_dir: str | Path, place: Place, outcome: Outcome) -> None:
    """Keep the outcome of asking for a PDF, without what opens its address."""
    shown = {"source": place.source, "address": without_access(place.address)}
    record = {"place": shown, "outcome": asdict(outcome)}
    write_atomically(_record_path(cache_dir, place), json.dumps(record, indent=1))


def recall(cache_dir: str | Path, place: Place, max_bytes: int) -> Outcome | None:
    """Return what came of asking earlier; None if the place shall be asked (again)."""
    try:
        record = json.loads(_record_path(cache_dir, place).read_bytes())
        outcome = Outcome(**record["outcome"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    if outcome.sha256 is not None:
        return outcome if is_whole(pdf_path(cache_dir, outcome.sha256), outcome.sha256) else None
    larger_now = outcome.limit_bytes is not None and outcome.limit_bytes < max_bytes
    return None if outcome.status in PASSING or larger_now else outcome


def without_access(text: str) -> str:
    """Replace names, passwords and queries in the addresses of a text by asterisks."""
    return re.sub(r"\?\S*", "?***", re.sub(r"://[^/?#\s]*@", "://***@", text))


def _record_path(cache_dir: str | Path, place: Place) -> Path:
    digest = hashlib.sha256(f"{place.source}\n{place.address}".encode()).hexdigest()
    return Path(cache_dir) / "fetched" / digest[:2] / f"{digest}.json"
