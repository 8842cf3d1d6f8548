r"""The texts of the papers: one file for each PDF, found by the PDF's checksum.

`<cache_dir>/text/<aa>/<sha256>.txt`, where `aa` are the first two digits of the SHA-256 of the PDF.
The first line is JSON: format, engine (the one asked for), extractor and version (where the text
comes from), pdf_sha256 and sha256 (of the text). The pages follow, with a form feed (`\f`) between
them. Offsets of characters and numbers of pages count in this text, without the first line.
"""

import hashlib
import json
from pathlib import Path

from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.papers.normalise import PAGE_BREAK, storable

FORMAT = 3


def text_path(cache_dir: str | Path, sha256: str) -> Path:
    """Return where the text of the PDF with this checksum is."""
    return Path(cache_dir) / "text" / sha256[:2] / f"{sha256}.txt"


def read_text(cache_dir: str | Path, sha256: str) -> str:
    """Return the cached text of the PDF with this checksum, its pages joined by form feeds."""
    text = find_text(cache_dir, sha256)
    if text is None:
        raise DatafootprintError(
            f"{text_path(cache_dir, sha256)}: there is no such text, or it is damaged; run "
            "`snakemake mentions --forcerun find_mentions`, which reads the PDFs, or set "
            "papers.cache_dir to the cache that was used."
        )
    return text


def find_text(cache_dir: str | Path, sha256: str, engine: str | None = None) -> str | None:
    """Return the text; None if not cached whole in this format, or by another engine."""
    try:
        content = text_path(cache_dir, sha256).read_bytes()
    except FileNotFoundError:
        return None
    line, _, body = content.partition(b"\n")
    expected = {"format": FORMAT, "pdf_sha256": sha256, "sha256": hashlib.sha256(body).hexdigest()}
    if engine is not None:
        expected["engine"] = engine
    try:
        # Line ends stay as they are, since offsets count them.
        return body.decode() if expected.items() <= json.loads(line).items() else None
    except (ValueError, AttributeError, TypeError):
        return None


def write_text(
    cache_dir: str | Path,
    sha256: str,
    pages: list[str],
    engine: str,
    extractor: str,
    version: str,
) -> str:
    """Store the pages of a PDF and return the text as `read_text` gives it."""
    text = PAGE_BREAK.join(storable(page) for page in pages)
    header = {
        "format": FORMAT,
        "engine": engine,
        "extractor": extractor,
        "version": version,
        "pdf_sha256": sha256,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    content = f"{json.dumps(header)}\n{text}"
    write_atomically(text_path(cache_dir, sha256), content, durable=False)
    return text
