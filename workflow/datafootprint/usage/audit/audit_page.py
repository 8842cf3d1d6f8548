"""The page on which a person reads the sampled papers and sets labels; one file, no network."""

import base64
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datafootprint.papers.normalise import letters_and_digits
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
    record_of = {key: record for record in records if (key := _key(record)) in drawn}
    mention_of = {key: mention for mention in mentions if (key := _key(mention)) in drawn}
    address_of = {key: _address(paper) for paper in listed if (key := _key(paper)) in drawn}
    papers = []
    for row in records_of(sample):
        key = row["year"], row["paper_id"]
        quotes = [quote for quote in record_of[key].quotes if quote.verified]
        passages = [_marked(passage, quotes, dataset) for passage in mention_of[key].passages]
        facts = {"reason": record_of[key].reason, "pdf": address_of[key]}
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
        data=_inert(data),
    )


def _address(paper: Paper) -> str | None:
    """Return the address of a PDF, for a file on this machine too."""
    url = paper.pdf_url
    return Path(url).absolute().as_uri() if url and paper.source == "folder" else url


def _key(record: Usage | Mentions | Paper) -> tuple[int, str]:
    return record.year, record.paper_id


def _marked(passage: Passage, quotes: Iterable[Quote], dataset: Dataset) -> dict[str, Any]:
    """Return a passage with the spans to mark: quotes and names of the dataset."""
    text = passage.text
    spans = [
        _span(text, match.start(), match.end(), "name")
        for name in dataset.names
        for match in name.finditer(text)
    ]
    letters = letters_and_digits(text)
    for quote in quotes:
        wanted = letters_and_digits(quote.text).text
        place = letters.text.find(wanted)
        if place >= 0:
            start, end = letters.span(place, place + len(wanted))
            end += text[end : end + 1] == quote.text[-1:]
            spans.append(_span(text, start, end, "quote"))
    return {
        "page": passage.page,
        "in_references": passage.in_references,
        "text": text,
        "spans": spans,
    }


def _span(text: str, start: int, end: int, kind: str) -> dict[str, Any]:
    """Return a span in the units of a browser's strings, in which rare characters count twice."""
    first, last = (len(text[:place].encode("utf-16-le")) // 2 for place in (start, end))
    return {"start": first, "end": last, "kind": kind}


def _inert(data: Any) -> str:
    """Write JSON that cannot end the element it is in, whatever text it holds."""
    text = json.dumps(data, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
