"""The table that all benchmarks print."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Any


def row(what: str, ratios: Sequence[float], bar: str = "", measured: str = "") -> dict[str, Any]:
    """Return a row: the median of the ratios, and their range if there are several.

    `bar` says what is promised, as in "at most 6"; `measured` the figures behind the ratio.
    """
    median = statistics.median(ratios)
    spread = f" ({min(ratios):.2f} to {max(ratios):.2f})" if len(ratios) > 1 else ""
    return {"what": what, "ratio": f"{median:.2f}{spread}", "bar": bar, "measured": measured}


def print_table(rows: Iterable[dict[str, Any]]) -> None:
    """Print rows as a table in Markdown."""
    print("| what | ratio | bar | measured |\n|---|---|---|---|")
    for line in rows:
        print(f"| {line['what']} | {line['ratio']} | {line['bar']} | {line['measured']} |")
