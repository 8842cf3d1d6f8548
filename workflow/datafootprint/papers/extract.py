"""Text out of PDFs. Runs in worker processes: a broken file may crash or hang its reader."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path

FEWEST_CHARACTERS_PER_PAGE = 200

_version = cache(metadata.version)


class UnreadablePdfError(Exception):
    """No extractor can read the file; the message says why."""


def extract_pages(path: str | Path, engine: str) -> tuple[list[str], str, str]:
    """Return the text of each page, and which extractor in which version it comes from.

    Where `pypdfium2` fails or finds fewer than 200 characters per page, pypdf tries as well, and
    the longer text counts.

    Raises
    ------
    UnreadablePdfError
        If the file needs a password or cannot be parsed.
    """
    best: tuple[list[str], str] | None = None
    reason = ""
    for extractor in [engine, "pypdf"] if engine == "pypdfium2" else [engine]:
        try:
            pages = ENGINES[extractor](path)
        except UnreadablePdfError as error:
            reason = reason or str(error)
            continue
        if best is None or sum(map(len, pages)) > sum(map(len, best[0])):
            best = pages, extractor
        if not has_no_text(pages):
            break
    if best is None:
        raise UnreadablePdfError(reason)
    return *best, _version(best[1])


def has_no_text(pages: list[str]) -> bool:
    """Return whether the pages hold under 200 characters each on average, as scanned ones do."""
    return sum(map(len, pages)) < FEWEST_CHARACTERS_PER_PAGE * len(pages) or not pages


def has_no_words(text: str) -> bool:
    """Return whether a text is glyph numbers or control characters: its fonts name no letters.

    Of what is neither space, digit nor common sign, words are letters (of any script); fonts
    without a map to Unicode leave control characters, private ones, or runs like `(cid:12)`.
    """
    text = re.sub(r"\(cid:\d+\)|/g\d+", "\0", text)
    signs = Counter(unicodedata.category(sign)[0] for sign in re.sub(r"[\s\d]", "", text))
    odd = signs["C"] + text.count("\ufffd")
    return signs["L"] < odd + signs.total() / 4


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever a file provokes in its reader into an `UnreadablePdfError`."""
    try:
        yield
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - readers raise many types
        message = " ".join(str(error).split()) or type(error).__name__
        # pdfplumber wraps the exception that names the password.
        if "password" in repr(error).lower() or "not been decrypted" in message.lower():
            raise UnreadablePdfError("needs a password") from None
        raise UnreadablePdfError(f"cannot be parsed ({message[:150]})") from None


def _pdfium(path: str | Path) -> list[str]:
    import pypdfium2

    pages = []
    with _explained(), closing(pypdfium2.PdfDocument(path)) as document:
        for page in document:
            pages.append(page.get_textpage().get_text_bounded())
            page.close()
    return pages


def _pdfplumber(path: str | Path) -> list[str]:
    import pdfplumber

    pages = []
    with _explained(), pdfplumber.open(path) as document:
        for page in document.pages:
            # Bold that is printed twice, a hair apart.
            pages.append(page.dedupe_chars().extract_text() or "")
            page.close()
    return pages


def _pypdf(path: str | Path) -> list[str]:
    import pypdf

    with _explained(), pypdf.PdfReader(path) as document:
        return [page.extract_text() or "" for page in document.pages]


ENGINES: dict[str, Callable[[str | Path], list[str]]] = {
    "pypdfium2": _pdfium,
    "pdfplumber": _pdfplumber,
    "pypdf": _pypdf,
}
