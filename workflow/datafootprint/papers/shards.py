"""The jobs into which the papers of a year are cut (`papers.shards`), and their files as one."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from datafootprint.files import write_atomically
from datafootprint.papers.paper_records import Paper
from datafootprint.papers.papers_tables import Pdfs
from datafootprint.tables import read_table, write_table


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
