"""The stage with a language model: from the mentions of one year to records of usage."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from datafootprint.config_model import LanguageModel
from datafootprint.files import locked
from datafootprint.papers.normalise import PAGE_BREAK
from datafootprint.papers.paper_records import Mentions, Passage
from datafootprint.papers.texts import read_text
from datafootprint.usage.claims import Claims, body_passages, make_record
from datafootprint.usage.labels import Classifier
from datafootprint.usage.llm.answer_cache import AnswerCache
from datafootprint.usage.llm.batch import Batches
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.online import Online
from datafootprint.usage.llm.open_batches import stop_if_open
from datafootprint.usage.llm.prompt import Message, build_messages, prompt_digest
from datafootprint.usage.llm.spending import Ledger
from datafootprint.usage.names import Dataset
from datafootprint.usage.usage_records import Usage


def shown_passages(mention: Mentions, context: str, cache_dir: str | Path) -> list[Passage]:
    """Return what is sent about a paper: its passages, or its pages with `context` full_text."""
    if context == "passages":
        return body_passages(mention)
    passages = []
    start = 0
    pages = read_text(cache_dir, str(mention.pdf_sha256)).split(PAGE_BREAK)
    for page, text in enumerate(pages, start=1):
        if text.strip():
            passages.append(
                Passage(page=page, start=start, text=text, pattern="", in_references=False)
            )
        start += len(text) + len(PAGE_BREAK)
    return passages


def messages_for(
    mention: Mentions, dataset: Dataset, context: str, cache_dir: str | Path
) -> list[Message]:
    """Build the first request about a paper."""
    shown = shown_passages(mention, context, cache_dir)
    return build_messages(shown, dataset.name, list(dataset.variants))


def classify_by_llm(
    mentions: Sequence[Mentions],
    dataset: Dataset,
    section: Mapping[str, Any],
    cache_dir: str | Path,
) -> list[Usage]:
    """Ask a language model about each paper and check its answers against the papers.

    `section` is `usage.llm` of the configuration. All answers are kept in `<cache_dir>/llm`, also
    if the run stops because papers are left without one. The records are in the order of answers.
    """
    settings, folder = LanguageModel(**section), Path(cache_dir) / "llm"
    records: list[Usage] = []

    def keep(mention: Mentions, conversation: Conversation) -> None:
        records.append(
            make_record(
                mention,
                shown_passages(mention, settings.context, cache_dir),
                read_text(cache_dir, str(mention.pdf_sha256)),
                conversation.claims or Claims([], fault="no answer"),
                dataset,
                Classifier.LLM,
                model=settings.model,
                prompt_sha256=prompt_digest(),
                input_tokens=conversation.input_tokens,
                output_tokens=conversation.output_tokens,
                cost_usd=conversation.cost_usd,
                seconds=round(conversation.seconds, 3),
            )
        )

    conversations = [
        Conversation(
            partial(messages_for, mention, dataset, settings.context, cache_dir),
            partial(keep, mention),
        )
        for mention in mentions
    ]
    # One run at a time, so that limits and budget hold for jobs that run side by side.
    with locked(folder / "lock", "asking a language model"):
        cache, ledger = AnswerCache(folder), Ledger(folder, settings.budget_usd)
        if settings.batch:
            Batches(settings, cache, ledger, folder).run(conversations)
        else:
            stop_if_open(folder)
            asyncio.run(Online(settings, cache, ledger).run(conversations))
    return records
