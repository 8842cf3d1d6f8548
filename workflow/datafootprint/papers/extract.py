"""Text out of PDFs. Runs in worker processes: a broken file may crash or hang its reader."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

FEWEST_CHARACTERS_A_PAGE = 200


class UnreadablePdfError(Exception):
    """No extractor can read the file; the message says why."""


def extract_pages(path: str | Path, engine: str) -> tuple[list[str], str, str]:
    """Return the text of each page, and which extractor in which version it comes from.

    Where `pypdfium2` fails or finds less than 200 characters a page, pypdf tries as well, and the
    longer text counts.

    Parameters
    ----------
    path : str or Path
        The PDF.
    engine : str
        One of `ENGINES`.

    Raises
    ------
    UnreadablePdfError
        If the file needs a password or cannot be parsed.
    """
    pages: list[str] | None = None
    reason = ""
    try:
        pages = ENGINES[engine](path)
    except UnreadablePdfError as error:
        reason = str(error)
    extractor = engine
    if engine == "pypdfium2" and (pages is None or has_no_text(pages)):
        try:
            others = _pypdf(path)
        except UnreadablePdfError as error:
            reason = reason or str(error)
        else:
            if pages is None or sum(map(len, others)) > sum(map(len, pages)):
                pages, extractor = others, "pypdf"
    if pages is None:
        raise UnreadablePdfError(reason)
    return pages, extractor, _version(extractor)


def has_no_text(pages: list[str]) -> bool:
    """Whether the pages hold under 200 characters each on average, as scanned ones do."""
    return sum(map(len, pages)) < FEWEST_CHARACTERS_A_PAGE * len(pages) or not pages


def count_pages(path: str | Path) -> int:
    """Return the number of pages of a PDF.

    Raises
    ------
    UnreadablePdfError
        If the file needs a password or cannot be opened.
    """
    with _opened(path) as document:
        return len(document)


@contextmanager
def _opened(path: str | Path) -> Iterator[Any]:
    import pypdfium2

    # Of a file without pages PDFium says what was wrong with the one before: let that be this one.
    with suppress(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(b"no PDF")
    try:
        document = pypdfium2.PdfDocument(path)
        try:
            yield document
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise UnreadablePdfError(_reason(error)) from None


def _pdfium(path: str | Path) -> list[str]:
    pages = []
    with _opened(path) as document:
        for number in range(len(document)):
            page = document[number]
            text_page = page.get_textpage()
            pages.append(text_page.get_text_bounded())
            text_page.close()
            page.close()
    return pages


def _pdfplumber(path: str | Path) -> list[str]:
    import pdfplumber

    try:
        with pdfplumber.open(path) as document:
            pages = []
            for page in document.pages:
                pages.append(page.extract_text() or "")
                page.close()
            return pages
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - pdfminer raises whatever a file provokes
        raise UnreadablePdfError(_reason(error)) from None


def _pypdf(path: str | Path) -> list[str]:
    import pypdf

    try:
        with pypdf.PdfReader(path) as document:
            return [page.extract_text() or "" for page in document.pages]
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - pypdf raises whatever a file provokes
        raise UnreadablePdfError(_reason(error)) from None


ENGINES: dict[str, Callable[[str | Path], list[str]]] = {
    "pypdfium2": _pdfium,
    "pdfplumber": _pdfplumber,
    "pypdf": _pypdf,
}


@cache
def _version(extractor: str) -> str:
    return version(extractor)


def _reason(error: Exception) -> str:
    message = " ".join(str(error).split()) or type(error).__name__
    # pdfplumber wraps the exception that says so.
    if "password" in repr(error).lower() or "not been decrypted" in message.lower():
        return "needs a password"
    return f"cannot be parsed ({message[:150]})"
