"""Memory and time of listing the Hub, by the number of datasets.

python benchmarks/hub.py
"""

import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "workflow")]

from benchmarks import servers  # noqa: E402
from benchmarks.process import Measured, Server, measured  # noqa: E402
from benchmarks.table import print_table, row  # noqa: E402

FEW, MANY = 60_000, 600_000
DAY = date(2026, 1, 1)


def list_and_count(url: str, folder: Path) -> None:
    """List everything that the server has and count it by year."""
    # Read when the library is imported.
    os.environ["HF_ENDPOINT"] = url
    from datafootprint.hub.counts import count_datasets
    from datafootprint.hub.hub_params import listing_wanted
    from datafootprint.hub.snapshot import read_datasets, take_listing

    section = {
        "search": "",
        "snapshots": str(folder / "snapshots"),
        "cache_dir": str(folder / "cache"),
        "retrieved": "latest",
    }
    wanted = listing_wanted(section, DAY)
    count_datasets(read_datasets(take_listing(wanted)), [], wanted["day"])


def measure_one(datasets: int) -> Measured:
    """Measure the listing of so many datasets."""
    with tempfile.TemporaryDirectory() as folder, Server(servers.hub, datasets) as url:
        return measured(list_and_count, url, Path(folder))


def measure() -> list[dict[str, Any]]:
    """Return the rows of the table."""
    few, many = measure_one(FEW), measure_one(MANY)
    return [
        row(
            f"peak memory of listing the Hub, {MANY:,} / {FEW:,} datasets",
            [many.peak_mb / few.peak_mb],
            "400 MB at most",
            f"{many.peak_mb:.0f} MB, {few.peak_mb:.0f} MB",
        ),
        row(
            f"time a dataset of the Hub, {MANY:,} / {FEW:,} datasets",
            [many.wall_s / few.wall_s * FEW / MANY],
            "about 1",
            f"{many.wall_s:.1f} s, {few.wall_s:.1f} s",
        ),
    ]


if __name__ == "__main__":
    print_table(measure())
