"""What asking a language model would take, told before anything is sent."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from datafootprint.legacy_tables import Row
from datafootprint.papers.texts import read_text
from datafootprint.usage.llm.answer import answer_schema
from datafootprint.usage.llm.cache import AnswerCache, request_key
from datafootprint.usage.llm.classify import messages_for
from datafootprint.usage.llm.settings import Settings
from datafootprint.usage.llm.tokens import CHARACTERS_PER_TOKEN, likely_tokens
from datafootprint.usage.record import Dataset, body_passages

#: Tokens of an answer with two uses and three quotes of 40 words.
ANSWER_TOKENS = 250


def plan_requests(
    mentions: Iterable[Mapping[str, Any]],
    dataset: Mapping[str, Any],
    usage: Mapping[str, Any],
    cache_dir: str | Path,
) -> list[Row]:
    """Count what would be sent and what it would cost, a year.

    Parameters
    ----------
    mentions : iterable of mapping
        Rows of the table `mentions`, of any years.
    dataset, usage : mapping
        Sections of the configuration; the classifier need not be `llm`.
    cache_dir : str or Path
        The cache: what has been answered is not asked again.

    Returns
    -------
    list of dict
        Rows of the table `usage_plan`: papers, those that need no request, requests, estimated
        tokens and cost, and the share of the papers' characters that would be sent.
    """
    settings = Settings.from_config(usage["llm"])
    known = Dataset.from_config(dataset, usage["count_variants"])
    cache = AnswerCache(Path(cache_dir) / "llm")
    schema_tokens = len(str(answer_schema())) / CHARACTERS_PER_TOKEN
    plans: dict[int, Row] = {}
    keys: set[str] = set()

    def text_of(sha256: str) -> str:
        return read_text(cache_dir, sha256)

    for row in mentions:
        if not row["mentions"]:
            continue
        plan = plans.setdefault(
            row["year"],
            {
                "year": row["year"],
                "model": settings.model,
                "papers": 0,
                "references_only": 0,
                "answered": 0,
                "requests": 0,
                "input_tokens": 0,
                "output_tokens": 0,
                "cost_usd": 0.0,
            },
        )
        plan["papers"] += 1
        if not body_passages(row):
            plan["references_only"] += 1
            continue
        messages = messages_for(row, known, settings, text_of)
        key = request_key(settings.model, settings.temperature, messages)
        if key in keys or cache.get(key, settings.max_output_tokens) is not None:
            plan["answered"] += 1
            continue
        keys.add(key)
        sent = round(likely_tokens(messages) + schema_tokens)
        plan["requests"] += 1
        plan["input_tokens"] += sent
        plan["output_tokens"] += ANSWER_TOKENS
        plan["cost_usd"] += settings.cost_usd(sent, ANSWER_TOKENS)
    return list(plans.values())


def plan_text(plans: Iterable[Row], usage: Mapping[str, Any]) -> str:
    """Put a plan into words for a terminal."""
    plans = list(plans)
    total = {
        column: sum(plan[column] for plan in plans)
        for column in (
            "papers",
            "references_only",
            "answered",
            "requests",
            "input_tokens",
            "output_tokens",
            "cost_usd",
        )
    }
    llm = usage["llm"]
    return (
        f"{total['papers']} papers mention the dataset; {total['references_only']} of them among "
        f"their references only, {total['answered']} are answered. To send: {total['requests']} "
        f"requests to {llm['model']}, about {total['input_tokens']} tokens in and "
        f"{total['output_tokens']} out, about {total['cost_usd']:.2f} USD "
        f"(usage.llm.budget_usd is {llm['budget_usd']:g}; a faulty answer is asked for once more)."
    )
