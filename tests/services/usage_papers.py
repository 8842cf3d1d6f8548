"""Papers made up for tests of the usage stage: mentions, texts in a cache, and settings."""

import hashlib
from pathlib import Path
from typing import Any

from tests.services.llm_server import Reply, answer

from datafootprint.config_model import LanguageModel
from datafootprint.papers.paper_records import Mentions, Passage
from datafootprint.papers.texts import write_text

DATASET = {
    "name": "ImageNet-1K",
    "patterns": ["image[ -]?net(?!work)", "ILSVRC"],
    "variants": [
        {"name": "Tiny-ImageNet", "pattern": "tiny[ -]?imagenet"},
        {"name": "ImageNet-21K", "pattern": "imagenet[ -]?2[12]k"},
        {"name": "ImageNet-1K", "pattern": "imagenet[ -]?1k|ILSVRC(?:[ -]?2012)?"},
    ],
}
QUOTE = "We train a residual network on ImageNet from random weights for 90 epochs."
COUNTED = ["ImageNet-1K", "ImageNet-21K", "unspecified"]


def llm_section(base_url: str | None, **changes: Any) -> dict[str, Any]:
    """Return a section `usage.llm` for a server of the tests."""
    section = {
        "base_url": base_url,
        "concurrency": 4,
        "requests_per_minute": None,
        "tokens_per_minute": None,
        "timeout_s": 5,
        "max_output_tokens": 500,
        "input_usd_per_million_tokens": 0.4,
        "output_usd_per_million_tokens": 1.6,
        "batch_poll_s": 0.01,
    }
    return LanguageModel(**{**section, **changes}).model_dump()


def usage_section(base_url: str | None, classifier: str = "llm", **changes: Any) -> dict[str, Any]:
    """Return a section `usage` as far as labels depend on it."""
    return {
        "classifier": classifier,
        "count_variants": COUNTED,
        "review_below": 0.0,
        "llm": llm_section(base_url, **changes),
    }


def passage(text: str, start: int = 0, page: int = 1, in_references: bool = False) -> Passage:
    """Return a passage."""
    return Passage(page=page, start=start, text=text, pattern="", in_references=in_references)


def mention_of(paper_id: str, *passages: Passage, year: int = 2023) -> Mentions:
    """Return a paper that was read and has these passages."""
    return Mentions(
        paper_id=paper_id,
        year=year,
        title=f"Paper {paper_id}",
        pdf_sha256=hashlib.sha256(f"{paper_id}{passages}".encode()).hexdigest(),
        status="read",
        detail="",
        mentions=len(passages),
        in_references_only=all(passage.in_references for passage in passages),
        passages=list(passages),
    )


def make_mention(
    cache: Path,
    paper_id: str,
    text: str,
    before: str = "A title page.",
    in_references: bool = False,
) -> Mentions:
    """Store a paper whose page 2 is one passage and return its mentions."""
    shown = passage(" ".join(text.split()), len(before) + 1, 2, in_references)
    mention = mention_of(paper_id, shown)
    pages = [before, text, "References\n[1] Others."]
    write_text(cache, str(mention.pdf_sha256), pages, "pypdfium2", "pypdfium2", "1")
    return mention


def make_papers(cache: Path, number: int, text: str = QUOTE) -> list[Mentions]:
    """Store so many papers that say `text`, and return their mentions."""
    return [
        make_mention(cache, f"p{n:04d}", f"Setup number {n} of this paper. {text}")
        for n in range(number)
    ]


def good(body: dict[str, Any], before: int) -> Reply:
    """Answer as a model would that has read one of `make_papers`."""
    return Reply(answer("trained_from_scratch", [QUOTE], "ImageNet"))
