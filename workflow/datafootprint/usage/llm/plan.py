"""What asking a language model would take, computed before anything is sent."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.config_model import LanguageModel
from datafootprint.papers.paper_records import Mentions
from datafootprint.usage.claims import body_passages
from datafootprint.usage.llm.answer import answer_schema
from datafootprint.usage.llm.answer_cache import AnswerCache
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.spending import CHARACTERS_PER_TOKEN, cost_usd
from datafootprint.usage.names import Dataset
from datafootprint.usage.usage_tables import UsagePlan

#: Tokens of an answer with two uses and three quotes of 40 words.
ANSWER_TOKENS = 250


def plan_requests(
    mentions: Iterable[Mentions],
    dataset: Mapping[str, Any],
    usage: Mapping[str, Any],
    cache_dir: str | Path,
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
        if not body_passages(mention):
            row["references_only"] = 1
            continue
        paper = Conversation(mention, known, settings, cache_dir)
        if paper.replay(cache):
            row["answered"] = 1
            continue
        characters = sum(len(message["content"]) for message in paper.opening())
        sent = round(characters / CHARACTERS_PER_TOKEN + schema_tokens)
        row |= {"requests": 1, "input_tokens": sent, "output_tokens": ANSWER_TOKENS}
        row["cost_usd"] = cost_usd(settings, sent, ANSWER_TOKENS)
    columns = [column for column in UsagePlan.to_schema().columns if column != "model"]
    plans = pd.DataFrame(rows, columns=columns).groupby("year").sum().reset_index()
    return plans.assign(model=settings.model)


def plan_text(plans: pd.DataFrame, usage: Mapping[str, Any]) -> str:
    """Put a plan into words for a terminal."""
    total, llm = plans.sum(numeric_only=True), usage["llm"]
    return (
        f"{total['papers']:.0f} papers mention the dataset; {total['references_only']:.0f} of them "
        f"in their references only, {total['answered']:.0f} are answered. To send: "
        f"{total['requests']:.0f} requests to {llm['model']}, about {total['input_tokens']:.0f} "
        f"tokens in and {total['output_tokens']:.0f} out, about {total['cost_usd']:.2f} USD "
        f"(usage.llm.budget_usd is {llm['budget_usd']:g}; a faulty answer is asked for once more)."
    )
