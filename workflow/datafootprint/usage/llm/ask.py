"""The stage with a language model: from the mentions of one job to records of usage.

The argument `section` is `usage.llm` of the configuration; answers are kept in `<cache_dir>/llm`.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import openai
import pandas as pd

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.files import locked
from datafootprint.http import explain
from datafootprint.papers.paper_records import Mentions
from datafootprint.usage.claims import body_passages
from datafootprint.usage.llm.batch import Batches
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.exchange import request_body
from datafootprint.usage.llm.online import Online
from datafootprint.usage.llm.paid import CHARACTERS_PER_TOKEN, AnswerCache, cost_usd
from datafootprint.usage.llm.refusals import Refusal, stop_if_unusable, stopped
from datafootprint.usage.names import Dataset
from datafootprint.usage.usage_params import Section
from datafootprint.usage.usage_records import Usage
from datafootprint.usage.usage_tables import UsagePlan

#: Tokens of an answer with two uses and three quotes of 40 words.
ANSWER_TOKENS = 250


def submit(
    mentions: Sequence[Mentions], dataset: Dataset, section: Section, cache_dir: str | Path
) -> list[str]:
    """Send batches with what the cache lacks; return their ids."""
    with _asking(mentions, dataset, section, cache_dir) as (settings, folder, papers):
        return Batches(settings, folder, papers).submit()


def label(
    mentions: Sequence[Mentions],
    dataset: Dataset,
    section: Section,
    cache_dir: str | Path,
    batches: str | Path | None = None,
) -> list[Usage]:
    """Label all papers: by asking about each, or from batches, whose ids are in a file."""
    try:
        with _asking(mentions, dataset, section, cache_dir) as (settings, folder, papers):
            if batches is None:
                asyncio.run(Online(settings, folder).run(papers))
            else:
                Batches(settings, folder, papers).collect()
        faults = [paper.fault for paper in papers if paper.fault]
        stop_if_unusable(settings, faults, len(papers))
    except DatafootprintError:
        if batches is not None:
            Path(batches).unlink()  # so that the next run sends the rest
        raise
    return [paper.record for paper in papers if paper.record]


def plan(
    mentions: Iterable[Mentions], dataset: Section, usage: Section, cache_dir: str | Path
) -> pd.DataFrame:
    """Return the table `usage_plan`: the requests that the cache lacks, and their cost."""
    settings = LanguageModel(**usage["llm"])
    known = Dataset.from_config(dataset, usage["count_variants"])
    cache = AnswerCache(Path(cache_dir) / "llm")
    rows = []
    for mention in mentions:
        if not mention.mentions:
            continue
        row: dict[str, Any] = {"year": mention.year, "papers": 1}
        paper = Conversation(mention, known, settings, cache_dir)
        if not body_passages(mention):
            row["references_only"] = 1
        elif paper.replay(cache):
            row["answered"] = 1
        else:
            request = json.dumps(request_body(paper.opening(), settings, "json_schema"))
            sent = round(len(request) / CHARACTERS_PER_TOKEN)
            row |= {"requests": 1, "input_tokens": sent, "output_tokens": ANSWER_TOKENS}
            row["cost_usd"] = cost_usd(settings, sent, ANSWER_TOKENS)
        rows.append(row)
    columns = [column for column in UsagePlan.to_schema().columns if column != "model"]
    plans = pd.DataFrame(rows, columns=columns).groupby("year").sum().reset_index()
    return plans.assign(model=settings.model)


@contextmanager
def _asking(
    mentions: Sequence[Mentions], dataset: Dataset, section: Section, cache_dir: str | Path
) -> Iterator[tuple[LanguageModel, Path, list[Conversation]]]:
    """Be the only job about these papers, and make sentences of what the client raises."""
    settings, folder = LanguageModel(**section), Path(cache_dir) / "llm"
    papers = [Conversation(mention, dataset, settings, cache_dir) for mention in mentions]
    ids = "\n".join(sorted(mention.paper_id for mention in mentions))
    path = folder / "locks" / f"{hashlib.sha256(ids.encode()).hexdigest()[:16]}.lock"
    try:
        with locked(path, "asking a language model about the same papers"):
            yield settings, folder, papers
    except openai.APIStatusError as error:
        refusal = Refusal.of(error.status_code, error.body or error.message)
        raise stopped(settings, refusal.said, refusal.help) from None
    except (openai.OpenAIError, httpx2.HTTPError) as error:
        raise stopped(settings, str(explain(error, "no answer"))) from None
