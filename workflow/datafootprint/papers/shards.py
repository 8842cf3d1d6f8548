"""The jobs into which the papers of a year are cut (`papers.shards`), and how far one is."""

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pandas as pd

from datafootprint.files import write_atomically
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_tables import Pdfs
from datafootprint.tables import read_table, write_table

log = logging.getLogger(__name__)
LINE_EVERY_S = 30.0
Item = TypeVar("Item")


def in_shard(papers: Iterable[Paper], shard: int, shards: int) -> list[Paper]:
    """Return the papers of one of `shards` parts, which depends on nothing but their ids."""
    return [
        paper
        for paper in papers
        if int(hashlib.sha1(paper.paper_id.encode()).hexdigest(), 16) % shards == shard
    ]


def merge_shards(paths: Iterable[str], output: str) -> None:
    """Write the rows of all shards, a table of PDFs or JSON Lines, into one file in its order."""
    if output.endswith(".csv"):
        write_table(pd.concat([read_table(path, Pdfs) for path in paths]), output, Pdfs)
    else:
        lines = [line for path in paths for line in Path(path).read_bytes().splitlines(True)]
        lines.sort(key=lambda line: json.loads(line)["paper_id"])
        write_atomically(output, b"".join(lines))


def with_progress(items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    """Yield the items, and log now and then how many of `total` are done."""
    said_s = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        if time.monotonic() - said_s >= LINE_EVERY_S:
            said_s = time.monotonic()
            log.info("%d of %d %s done.", done, total, what)
