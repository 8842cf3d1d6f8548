"""What the jobs of the usage stage depend on: parts of the section `usage`."""

import os
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from datafootprint.errors import DatafootprintError

Section = Mapping[str, Any]

#: Holds the key for the language model's server.
KEY_VARIABLE = "OPENAI_API_KEY"
#: How the review reason of a paper begins that a model gave no usable answer about.
NOT_JUDGED = "no usable answer"


def audit_faults(path: str, known: set[str]) -> Iterator[str]:
    """Find variants of an audited sample that nobody knows, and papers that it has twice."""
    from datafootprint.tables import read_table, records_of
    from datafootprint.usage.names import SEPARATOR, SUBSET
    from datafootprint.usage.usage_tables import AuditSample

    seen = set()
    for row in records_of(read_table(path, AuditSample, of_spreadsheet=True)):
        paper = f"paper {row['paper_id']} of {row['year']}"
        if paper in seen:
            yield f"{path}, position {row['position']}: {paper} is there twice."
        seen.add(paper)
        named = set(filter(None, (row["human_variant"] or "").split(SEPARATOR)))
        for variant in named - known - {SUBSET}:
            yield (
                f"{path}, position {row['position']}: human_variant is {variant!r}, but must be "
                f"one of {', '.join(sorted({*known, SUBSET}))}."
            )


def mentions_to_label(usage: Section, mentions: str, labelled: str, cache_dir: str) -> str:
    """Return `mentions`, the file to label, or refuse if a model needs a key and none is set.

    Where the file `labelled` and answers exist, the cache may do: a job asks for a key it needs.
    """
    may_have_answers = Path(labelled).exists() and Path(cache_dir, "llm", "answers").exists()
    if usage["classifier"] == "llm" and not may_have_answers:
        api_key(usage["llm"]["base_url"])
    return mentions


def classification_settings(usage: Section) -> dict[str, Any]:
    """Return what labels depend on; limits and prices, which new answers only have, are no part."""
    settings = {key: usage[key] for key in ("classifier", "count_variants", "review_below")}
    if usage["classifier"] == "llm":
        keys = ("base_url", "model", "temperature", "reasoning_effort", "context")
        settings["llm"] = {key: usage["llm"][key] for key in (*keys, "max_output_tokens")}
    return settings


def labelled_by(usage: Section) -> dict[str, Any]:
    """Return who is to label, and the power in watts of a model's own server, if it is known."""
    if usage["classifier"] == "llm":
        return {"classifier": "llm", "model": usage["llm"]["model"], "watts": usage["llm"]["watts"]}
    return {"classifier": usage["classifier"], "model": None, "watts": None}


def unjudged_since(labelled: str) -> float:
    """Return a number that is new after each labelling which left a paper without a usable answer.

    As a parameter of the job it makes the next run ask again. It is 0 where there is no such paper.
    """
    path = Path(labelled)
    if path.exists() and f'["{NOT_JUDGED}'.encode() in path.read_bytes():
        return path.stat().st_mtime
    return 0.0


def is_local(base_url: str | None) -> bool:
    """Tell whether a server is on this machine or in its network, where no key is needed."""
    host = urlsplit(base_url or "").hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return bool(host) and "." not in host


def api_key(base_url: str | None) -> str:
    """Return the key for the model's server; a local one needs none."""
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if key or is_local(base_url):
        return key or "none"
    raise DatafootprintError(
        f"usage.classifier is llm, but the environment variable {KEY_VARIABLE} is not set; set it "
        "(to anything, if all answers are in the cache), name a local server in "
        "usage.llm.base_url, or set usage.classifier to rules."
    )
