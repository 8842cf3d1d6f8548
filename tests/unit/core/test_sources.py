"""Every file of data/ has a source and is the file that was taken from it."""

import csv
import hashlib
from pathlib import Path

DATA = Path(__file__).parents[3] / "data"


def test_every_data_file_is_listed_with_its_checksum():
    with (DATA / "sources.csv").open(encoding="utf-8", newline="") as stream:
        sources = {row["file"]: row for row in csv.DictReader(stream)}
    files = {
        str(path.relative_to(DATA))
        for folder in ("imagenet-1k", "factors")
        for path in (DATA / folder).rglob("*.csv")
    }
    assert files <= set(sources)
    for name, row in sources.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == row["sha256"], name
        assert row["producer"] and row["licence"] and row["url"].startswith("https://")
