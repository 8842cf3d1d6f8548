"""An SVG file of a figure as an element of the page, in the page's colours."""

import re
from pathlib import Path

from datafootprint.report.figures import palette

_PROLOGUE = re.compile(r".*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_REFERENCE = re.compile(r'(\bid="|url\(#|href="#)')
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")


def inline_svg(path: str | Path) -> str:
    """Return the `svg` element of a file: no identifier twice, and colours that follow the page."""
    text = Path(path).read_text(encoding="utf-8")
    text = _METADATA.sub("", _PROLOGUE.sub("", text, count=1))
    text = _REFERENCE.sub(rf"\g<1>{Path(path).stem}-", text)
    text = _COLOUR.sub(lambda found: _variable(found.group()), text)
    return text.replace("<svg ", '<svg class="plot" aria-hidden="true" focusable="false" ', 1)


def _variable(colour: str) -> str:
    name = palette.PAGE_COLOURS.get(colour.lower())
    return f"var(--{name})" if name else colour
