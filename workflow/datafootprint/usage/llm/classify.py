"""The stage with a language model: from the mentions of one year to records of usage."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from datafootprint.files import locked
from datafootprint.legacy_tables import Row
from datafootprint.papers.normalise import PAGE_BREAK
from datafootprint.usage.llm.batch import Batches
from datafootprint.usage.llm.cache import AnswerCache
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.online import Online
from datafootprint.usage.llm.open_batches import stop_if_open
from datafootprint.usage.llm.prompt import build_messages, prompt_digest
from datafootprint.usage.llm.settings import Settings
from datafootprint.usage.llm.spending import Ledger
from datafootprint.usage.record import Claims, Dataset, body_passages, make_record

TextOf = Callable[[str], str]


def shown_passages(mention: Mapping[str, Any], context: str, text_of: TextOf) -> list[Row]:
    """Return what is sent about a paper: its passages, or its pages with `context` full_text."""
    if context == "passages":
        return body_passages(mention)
    passages = []
    start = 0
    for page, text in enumerate(text_of(mention["pdf_sha256"]).split(PAGE_BREAK), start=1):
        if text.strip():
            passages.append({"page": page, "start": start, "text": text})
        start += len(text) + len(PAGE_BREAK)
    return passages


def messages_for(
    mention: Mapping[str, Any], dataset: Dataset, settings: Settings, text_of: TextOf
) -> list[dict[str, str]]:
    """Build the first request about a paper."""
    shown = shown_passages(mention, settings.context, text_of)
    return build_messages(shown, dataset.name, list(dataset.variants))


def classify_by_llm(
    mentions: Sequence[Mapping[str, Any]],
    dataset: Dataset,
    settings: Settings,
    text_of: TextOf,
    folder: Path,
) -> list[Row]:
    """Ask a language model about each paper and check its answers against the papers.

    Parameters
    ----------
    mentions : sequence of mapping
        Rows of papers that mention the dataset outside their references.
    dataset : Dataset
        Names and variants.
    settings : Settings
        The section `usage.llm`.
    text_of : callable
        From the checksum of a PDF to its stored text.
    folder : Path
        `<cache_dir>/llm`: answers, spending, batches.

    Returns
    -------
    list of dict
        A record a paper.

    Raises
    ------
    DatafootprintError
        If papers are left without an answer, or a batch is open and batches are off; all answers
        so far are kept in the cache.
    """
    records: dict[int, Row] = {}

    def keep(number: int, conversation: Conversation) -> None:
        records[number] = _record(mentions[number], conversation, dataset, settings, text_of)

    def opened() -> Iterable[Conversation]:
        # One by one, so that the requests of thousands of papers are never in memory at once.
        for number, mention in enumerate(mentions):
            yield Conversation(
                messages_for(mention, dataset, settings, text_of), partial(keep, number)
            )

    # One run at a time, so that limits and budget hold for jobs that run side by side.
    with locked(folder / "lock", "asking a language model"):
        cache, ledger = AnswerCache(folder), Ledger(folder, settings.budget_usd)
        if settings.batch:
            Batches(settings, cache, ledger, folder).run(list(opened()))
        else:
            stop_if_open(folder)
            asyncio.run(Online(settings, cache, ledger).run(opened(), len(mentions)))
    return [records[number] for number in range(len(mentions))]


def _record(
    mention: Mapping[str, Any],
    conversation: Conversation,
    dataset: Dataset,
    settings: Settings,
    text_of: TextOf,
) -> Row:
    record = make_record(
        mention,
        shown_passages(mention, settings.context, text_of),
        text_of(mention["pdf_sha256"]),
        conversation.claims or Claims([], None, "", "no answer"),
        dataset,
        "llm",
    )
    return {
        **record,
        "model": settings.model,
        "prompt_sha256": prompt_digest(),
        "input_tokens": conversation.input_tokens,
        "output_tokens": conversation.output_tokens,
        "cost_usd": conversation.cost_usd,
        "seconds": round(conversation.seconds, 3),
    }
