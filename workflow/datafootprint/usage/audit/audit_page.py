"""The page on which a person reads the sampled papers and sets labels; one file, no network."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datafootprint.papers.paper_records import Mentions, Paper, Passage
from datafootprint.tables import records_of
from datafootprint.usage.labels import Label
from datafootprint.usage.names import SUBSET, UNSPECIFIED, Dataset
from datafootprint.usage.usage_records import Quote, Usage

FOLDER = Path(__file__).parent


def render_audit_page(
    sample: pd.DataFrame,
    records: Iterable[Usage],
    mentions: Iterable[Mentions],
    listed: Iterable[Paper],
    dataset: Dataset,
) -> str:
    """Render the page of the papers of a table `audit_sample` as the HTML of one file.

    Text of papers is in it as data only; a policy lets the browser run nothing but the page's own
    script.
    """
    # An id may mean another paper each year.
    drawn = set(zip(sample["year"], sample["paper_id"], strict=True))

    def by_key(found: Iterable[Any]) -> dict[Any, Any]:
        return {key: one for one in found if (key := (one.year, one.paper_id)) in drawn}

    record_of, mention_of, paper_of = by_key(records), by_key(mentions), by_key(listed)
    papers = []
    for row in records_of(sample):
        key = row["year"], row["paper_id"]
        quotes = [quote for quote in record_of[key].quotes if quote.verified]
        passages = [_marked(passage, quotes, dataset) for passage in mention_of[key].passages]
        facts = {"reason": record_of[key].reason, "pdf": _address(paper_of[key])}
        papers.append({**row, **facts, "passages": passages})
    identity = json.dumps([[p["year"], p["paper_id"], p["position"]] for p in papers])
    data = {
        "key": hashlib.sha256(identity.encode()).hexdigest()[:16],
        "columns": list(sample.columns),
        "labels": [[label, label.words] for label in Label],
        "variants": [*dataset.variants, UNSPECIFIED, SUBSET],
        "papers": papers,
    }
    style = (FOLDER / "audit_page.css").read_text(encoding="utf-8")
    script = (FOLDER / "audit_page.js").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("audit_page.html.j2").render(
        dataset=dataset.name,
        labels=list(Label),
        style=style,
        script=script,
        style_sha256=_digest(style),
        script_sha256=_digest(script),
        data=data,
    )


def _address(paper: Paper) -> str | None:
    url = paper.pdf_url
    return Path(url).absolute().as_uri() if url and paper.source == "folder" else url


def _marked(passage: Passage, quotes: Iterable[Quote], dataset: Dataset) -> dict[str, Any]:
    text = passage.text

    def units(place: int) -> int:
        # A browser's strings count rare characters twice.
        return len(text[:place].encode("utf-16-le")) // 2

    patterns = [("name", name) for name in dataset.names]
    patterns += [("quote", re.compile(re.escape(quote.text))) for quote in quotes]
    spans = [
        {"start": units(match.start()), "end": units(match.end()), "kind": kind}
        for kind, pattern in patterns
        for match in pattern.finditer(text)
    ]
    return passage.model_dump(include={"page", "in_references", "text"}) | {"spans": spans}


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
