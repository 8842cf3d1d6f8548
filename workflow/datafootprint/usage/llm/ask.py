"""The stage with a language model: from the mentions of one job to records of usage.

The argument `section` is `usage.llm` of the configuration. All answers are kept in
`<cache_dir>/llm`, also if the run stops because papers are left without one.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.files import locked
from datafootprint.papers.paper_records import Mentions
from datafootprint.usage.claims import body_passages
from datafootprint.usage.llm.batch import Batches
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.exchange import answer_schema
from datafootprint.usage.llm.online import Online
from datafootprint.usage.llm.paid import CHARACTERS_PER_TOKEN, AnswerCache, cost_usd
from datafootprint.usage.llm.refusals import stop_if_unusable
from datafootprint.usage.names import Dataset
from datafootprint.usage.usage_records import Usage
from datafootprint.usage.usage_tables import UsagePlan

Section = Mapping[str, Any]
#: Tokens of an answer with two uses and three quotes of 40 words.
ANSWER_TOKENS = 250


def submit(
    mentions: Sequence[Mentions], dataset: Dataset, section: Section, cache_dir: str | Path
) -> list[str]:
    """Send batches with what the cache lacks; return their ids."""
    settings, folder = LanguageModel(**section), Path(cache_dir) / "llm"
    papers = [Conversation(mention, dataset, settings, cache_dir) for mention in mentions]
    with _alone(folder, mentions):
        return Batches(settings, folder, papers).submit()


def label(
    mentions: Sequence[Mentions],
    dataset: Dataset,
    section: Section,
    cache_dir: str | Path,
    batches: str | Path | None = None,
) -> list[Usage]:
    """Label all papers: by asking about each, or from batches, whose ids are in a file.

    If papers of a batch are left, the file goes: the next run sends the rest.
    """
    settings, folder = LanguageModel(**section), Path(cache_dir) / "llm"
    papers = [Conversation(mention, dataset, settings, cache_dir) for mention in mentions]
    try:
        with _alone(folder, mentions):
            if batches is None:
                asyncio.run(Online(settings, folder).run(papers))
            else:
                Batches(settings, folder, papers).collect()
        faults = Counter(paper.fault for paper in papers if paper.fault)
        stop_if_unusable(settings, faults, len(papers))
    except DatafootprintError:
        if batches is not None:
            Path(batches).unlink()
        raise
    return [paper.record for paper in papers if paper.record]


def plan(
    mentions: Iterable[Mentions], dataset: Section, usage: Section, cache_dir: str | Path
) -> pd.DataFrame:
    """Return the table `usage_plan`: the requests that the cache lacks, and their cost."""
    settings = LanguageModel(**usage["llm"])
    known = Dataset.from_config(dataset, usage["count_variants"])
    cache = AnswerCache(Path(cache_dir) / "llm")
    schema_tokens = len(str(answer_schema())) / CHARACTERS_PER_TOKEN
    rows = []
    for mention in mentions:
        if not mention.mentions:
            continue
        row: dict[str, Any] = {"year": mention.year, "papers": 1}
        rows.append(row)
        paper = Conversation(mention, known, settings, cache_dir)
        if not body_passages(mention):
            row["references_only"] = 1
        elif paper.replay(cache):
            row["answered"] = 1
        else:
            characters = sum(len(message["content"]) for message in paper.opening())
            sent = round(characters / CHARACTERS_PER_TOKEN + schema_tokens)
            row |= {"requests": 1, "input_tokens": sent, "output_tokens": ANSWER_TOKENS}
            row["cost_usd"] = cost_usd(settings, sent, ANSWER_TOKENS)
    columns = [column for column in UsagePlan.to_schema().columns if column != "model"]
    plans = pd.DataFrame(rows, columns=columns).groupby("year").sum().reset_index()
    return plans.assign(model=settings.model)


def _alone(folder: Path, mentions: Sequence[Mentions]) -> AbstractContextManager[None]:
    """Be the only job about these papers; others may run beside it."""
    papers = "\n".join(sorted(mention.paper_id for mention in mentions))
    name = hashlib.sha256(papers.encode()).hexdigest()[:16]
    path = folder / "locks" / f"{name}.lock"
    return locked(path, "asking a language model about the same papers")
