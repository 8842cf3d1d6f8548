"""The page on which a person reads the sampled papers and sets labels; one file, no network."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from datafootprint.legacy_tables import Row, load_schema
from datafootprint.papers.normalise import letters_and_digits
from datafootprint.usage.record import Dataset

FOLDER = Path(__file__).parent


def render_audit_page(
    sample: Sequence[Row],
    records: Sequence[Mapping[str, Any]],
    mentions: Iterable[Mapping[str, Any]],
    dataset: Dataset,
) -> str:
    """Render the page.

    Parameters
    ----------
    sample : sequence of dict
        Rows of the table `audit_sample`.
    records : sequence of mapping
        Rows of the table `usage` that hold the sampled papers.
    mentions : iterable of mapping
        Rows of the table `mentions`, likewise; those of other papers are not kept.
    dataset : Dataset
        Names and variants, to mark and to offer.

    Returns
    -------
    str
        HTML of one file. Text of papers stands in it as data only; a policy lets the browser run
        nothing but the page's own script.
    """
    # An id may stand for another paper each year.
    record_of = {(record["year"], record["paper_id"]): record for record in records}
    drawn = {(row["year"], row["paper_id"]) for row in sample}
    mention_of = {
        key: mention
        for mention in mentions
        if (key := (mention["year"], mention["paper_id"])) in drawn
    }
    papers = []
    for row in sorted(sample, key=lambda row: row["position"]):
        key = row["year"], row["paper_id"]
        passages = [
            _marked(passage, record_of[key]["quotes"], dataset)
            for passage in mention_of[key]["passages"]
        ]
        papers.append({**row, "reason": record_of[key]["reason"], "passages": passages})
    identity = json.dumps([[p["year"], p["paper_id"], p["position"]] for p in papers])
    data = {
        "key": hashlib.sha256(identity.encode()).hexdigest()[:16],
        "columns": list(load_schema("audit_sample")["properties"]),
        "variants": list(dataset.variants),
        "papers": papers,
    }
    style = (FOLDER / "audit_page.css").read_text(encoding="utf-8")
    script = (FOLDER / "audit_page.js").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("audit_page.html.j2").render(
        dataset=dataset.name,
        style=style,
        script=script,
        style_sha256=_digest(style),
        script_sha256=_digest(script),
        data=_inert(data),
    )


def _marked(
    passage: Mapping[str, Any], quotes: Sequence[Mapping[str, Any]], dataset: Dataset
) -> dict[str, Any]:
    """Return a passage with the spans to mark: verified quotes and names of the dataset."""
    text = passage["text"]
    spans = [
        _span(text, match.start(), match.end(), "name")
        for name in dataset.names
        for match in name.finditer(text)
    ]
    letters = letters_and_digits(text)
    for quote in quotes:
        if not quote["verified"]:
            continue
        wanted = letters_and_digits(quote["text"]).text
        place = letters.text.find(wanted)
        if place >= 0:
            start, end = letters.span(place, place + len(wanted))
            end += text[end : end + 1] == quote["text"][-1:]
            spans.append(_span(text, start, end, "quote"))
    return {
        "page": passage["page"],
        "in_references": passage["in_references"],
        "text": text,
        "spans": spans,
    }


def _span(text: str, start: int, end: int, kind: str) -> dict[str, Any]:
    """Return a span in the units of a browser's strings, in which rare characters count twice."""
    first, last = (len(text[:place].encode("utf-16-le")) // 2 for place in (start, end))
    return {"start": first, "end": last, "kind": kind}


def _inert(data: Any) -> str:
    """Write JSON that cannot end the element it stands in, whatever text it holds."""
    text = json.dumps(data, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
