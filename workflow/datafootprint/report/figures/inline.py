"""An SVG file of a figure as an element of the page, in the page's colours."""

import re
from pathlib import Path

from datafootprint.report.figures import palette

_PROLOGUE = re.compile(r".*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_REFERENCE = re.compile(r'(\bid="|url\(#|href="#)')
_WIDTH = re.compile(r'width="([\d.]+)pt"')
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")


def inline_svg(path: str | Path) -> str:
    """Return the `svg` element of a file: no identifier twice, and colours that follow the page."""
    text = Path(path).read_text(encoding="utf-8")
    text = _METADATA.sub("", _PROLOGUE.sub("", text, count=1))
    text = _REFERENCE.sub(rf"\g<1>{Path(path).stem}-", text)
    text = _COLOUR.sub(lambda found: _variable(found.group()), text)
    width = float(_WIDTH.findall(text)[0])  # in points; the texts of all figures have one size
    size = f"max-width: {1.9 * width:.0f}px; min-width: min({1.25 * width:.0f}px, 34rem)"
    attributes = f'class="plot" style="{size}" aria-hidden="true" focusable="false"'
    return text.replace("<svg ", f"<svg {attributes} ", 1)


def _variable(colour: str) -> str:
    name = palette.PAGE_COLOURS.get(colour.lower())
    return f"var(--{name})" if name else colour
