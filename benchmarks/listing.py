"""How near the listing of 10,000 papers comes to bare requests of the same pages.

python benchmarks/listing.py [repeats]
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "workflow")]

from benchmarks import servers  # noqa: E402
from benchmarks.process import Server  # noqa: E402
from benchmarks.table import print_table, row  # noqa: E402

from datafootprint.config import default_config  # noqa: E402
from datafootprint.papers import listing  # noqa: E402

PAPERS = 10_000


def ask_barely(url: str) -> float:
    """Return the seconds that the pages take without a client."""
    query = {"content.venueid": "ICLR.cc/2024/Conference", "limit": "1000", "sort": "id"}
    start = time.perf_counter()
    session, after = requests.Session(), {"count": "true"}
    while notes := session.get(f"{url}/notes", params=query | after).json()["notes"]:
        after = {"after": notes[-1]["id"]}
    return time.perf_counter() - start


def list_papers(url: str, folder: Path) -> float:
    """Return the seconds that the listing takes with its login."""
    start = time.perf_counter()
    papers = default_config(ROOT)["papers"] | {"source": "openreview", "cache_dir": str(folder)}
    papers["openreview"] |= {"baseurl_v1": url, "baseurl_v2": url}
    assert len(listing.list_papers(papers, "ICLR", 2024)) == PAPERS
    return time.perf_counter() - start


def measure(repeats: int) -> list[dict[str, Any]]:
    """Return the rows of the table."""
    runs = []
    with Server(servers.openreview, PAPERS) as url, tempfile.TemporaryDirectory() as folder:
        for repeat in range(repeats):
            runs.append((list_papers(url, Path(folder) / str(repeat)), ask_barely(url)))
    return [
        row(
            f"listing of {PAPERS:,} papers / bare requests",
            [ours / theirs for ours, theirs in runs],
            "limited by the server",
            ", ".join(f"{ours:.2f} s and {theirs:.2f} s" for ours, theirs in runs),
        )
    ]


if __name__ == "__main__":
    print_table(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
