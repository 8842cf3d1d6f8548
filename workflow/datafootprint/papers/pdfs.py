"""PDFs in the cache, and for each place a PDF was asked from what came of it.

`<cache_dir>/pdf/<aa>/<sha256>.pdf` holds the file, `<cache_dir>/fetched/<aa>/<digest>.json` one
record for each place (a source and an address in it), `<digest>` being the SHA-256 of the place.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from datafootprint.papers.cache import store

#: With another attempt these may turn out differently.
PASSING = ("empty", "not_pdf", "refused", "truncated", "unreachable")
_HEAD_BYTES = 1024
_TAIL_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where a PDF is asked from: the source's name and what names the PDF there."""

    source: str
    address: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking. `limit_bytes` is the size that was allowed, where a file was larger."""

    status: str
    sha256: str | None = None
    bytes: int | None = None
    detail: str = ""
    limit_bytes: int | None = None


class FetchError(Exception):
    """A PDF could not be had; `status` is one of the table `pdfs`."""

    def __init__(self, status: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def pdf_path(cache_dir: str | Path, sha256: str) -> Path:
    """Return where the PDF with this checksum lies."""
    return Path(cache_dir) / "pdf" / sha256[:2] / f"{sha256}.pdf"


def is_pdf(content: bytes) -> bool:
    """Whether bytes begin like a PDF."""
    return b"%PDF" in content[:_HEAD_BYTES]


def judge(content: bytes, max_bytes: int) -> Outcome:
    """Say whether bytes are a whole PDF; whether they can be read is for its reader to say."""
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
    """Whether a file is there and has this checksum."""
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
    except (FileNotFoundError, NotADirectoryError):
        return False


def keep(cache_dir: str | Path, place: Place, content: bytes, max_bytes: int) -> Outcome:
    """Put a PDF into the cache, or note why it is none."""
    outcome = judge(content, max_bytes)
    if outcome.sha256 is not None:
        path = pdf_path(cache_dir, outcome.sha256)
        if not is_whole(path, outcome.sha256):
            store(path, content)
    note(cache_dir, place, outcome)
    return outcome


def note(cache_dir: str | Path, place: Place, outcome: Outcome) -> None:
    """Note what came of asking for a PDF."""
    record = {"place": _shown(place), "outcome": asdict(outcome)}
    store(_record_path(cache_dir, place), json.dumps(record, indent=1).encode())


def recall(cache_dir: str | Path, place: Place, max_bytes: int) -> Outcome | None:
    """Return what came of asking earlier; None if it is worth asking (again)."""
    try:
        record: dict[str, Any] = json.loads(_record_path(cache_dir, place).read_bytes())
        outcome = Outcome(**record["outcome"])
        if record["place"] != _shown(place) or not _is_sound(outcome):
            return None
    except (FileNotFoundError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if outcome.sha256 is not None:
        return outcome if is_whole(pdf_path(cache_dir, outcome.sha256), outcome.sha256) else None
    if outcome.status in PASSING:
        return None
    if outcome.limit_bytes is not None and outcome.limit_bytes < max_bytes:
        return None
    return outcome


def without_access(text: str) -> str:
    """Take out of the addresses in a text what may open them: names, passwords and queries."""
    return re.sub(r"\?\S*", "?***", re.sub(r"://[^/?#\s]*@", "://***@", text))


def _shown(place: Place) -> dict[str, str]:
    """Name a place in its record, which others may read: a digest stands for what opens it."""
    shown = without_access(place.address)
    if shown != place.address:
        shown += f" (SHA-256 {hashlib.sha256(place.address.encode()).hexdigest()})"
    return {"source": place.source, "address": shown}


def _is_sound(outcome: Outcome) -> bool:
    """Whether a record says what this module writes: a checksum becomes part of a path."""
    if outcome.sha256 is None:
        return isinstance(outcome.status, str) and outcome.status != "ok"
    return outcome.status == "ok" and re.fullmatch("[0-9a-f]{64}", outcome.sha256) is not None


def _record_path(cache_dir: str | Path, place: Place) -> Path:
    digest = hashlib.sha256(f"{place.source}\n{place.address}".encode()).hexdigest()
    return Path(cache_dir) / "fetched" / digest[:2] / f"{digest}.json"
