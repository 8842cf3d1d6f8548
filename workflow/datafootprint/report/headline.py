"""What the end of a run says: its number, and where the report is."""

import json
from pathlib import Path


def headline_of(results: str | Path) -> str:
    """Return the abstract of the footprint and the report's place; "" without a current one."""
    page, card = (Path(results) / name for name in ("report.html", "footprint.json"))
    newest = Path(results) / "training_emissions.csv"
    if not all(path.is_file() for path in (page, card, newest)):
        return ""
    if card.stat().st_mtime < newest.stat().st_mtime:
        return ""
    abstract = json.loads(card.read_text(encoding="utf-8"))["abstract"]
    return f"{abstract}\nReport: {page.resolve()}"
