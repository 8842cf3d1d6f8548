"""The stage with a language model: from the mentions of one job to records of usage."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.files import locked
from datafootprint.papers.paper_records import Mentions
from datafootprint.papers.texts import read_text
from datafootprint.usage.claims import Claims, make_record, shown_passages
from datafootprint.usage.labels import Classifier
from datafootprint.usage.llm.answer_cache import AnswerCache
from datafootprint.usage.llm.batch import Batches
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.online import Online
from datafootprint.usage.llm.prompt import Message, build_messages, prompt_digest
from datafootprint.usage.llm.refusals import stop_if_unusable
from datafootprint.usage.llm.spending import Ledger
from datafootprint.usage.names import Dataset
from datafootprint.usage.usage_records import Usage


def messages_for(
    mention: Mentions, dataset: Dataset, context: str, cache_dir: str | Path
) -> list[Message]:
    """Build the first request about a paper."""
    shown = shown_passages(mention, context, cache_dir)
    return build_messages(shown, dataset.name, list(dataset.variants))


class Labelling:
    """What a language model is asked by one job, and the records that come of it.

    `section` is `usage.llm` of the configuration. All answers are kept in `<cache_dir>/llm`, also
    if the run stops because papers are left without one. The records are in the order of answers.
    """

    def __init__(
        self,
        mentions: Sequence[Mentions],
        dataset: Dataset,
        section: Mapping[str, Any],
        cache_dir: str | Path,
    ) -> None:
        self.records: list[Usage] = []
        self._mentions = mentions
        self._settings = LanguageModel(**section)
        self._dataset = dataset
        self._cache_dir = cache_dir
        self._folder = Path(cache_dir) / "llm"
        ledger = Ledger(self._folder, self._settings.budget_usd)
        self._desk = (self._settings, AnswerCache(self._folder), ledger)
        self._conversations = [
            Conversation(
                partial(messages_for, mention, dataset, self._settings.context, cache_dir),
                partial(self._keep, mention),
            )
            for mention in mentions
        ]

    def submit(self) -> list[str]:
        """Send batches with what the cache lacks; return their ids."""
        with self._alone():
            return Batches(*self._desk, self._conversations).submit()

    def collect(self, path: str | Path) -> None:
        """Label all papers from the batches whose ids are in a file.

        If papers are left, the file goes: all answers are in the cache, and the next run sends the
        rest.
        """
        try:
            with self._alone():
                ids = json.loads(Path(path).read_bytes())
                Batches(*self._desk, self._conversations).collect(ids)
        except DatafootprintError:
            Path(path).unlink()
            raise

    def ask(self) -> None:
        """Label all papers by asking about one after the other."""
        with self._alone():
            asyncio.run(Online(*self._desk).run(self._conversations))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only job about these papers; others may run beside it."""
        papers = "\n".join(sorted(mention.paper_id for mention in self._mentions))
        job = hashlib.sha256(papers.encode()).hexdigest()[:16]
        path = self._folder / "locks" / f"{job}.lock"
        with locked(path, "asking a language model about the same papers"):
            yield
        faults = Counter(talk.fault for talk in self._conversations if talk.fault)
        stop_if_unusable(self._settings, faults, len(self._conversations))

    def _keep(self, mention: Mentions, conversation: Conversation) -> None:
        self.records.append(
            make_record(
                mention,
                shown_passages(mention, self._settings.context, self._cache_dir),
                read_text(self._cache_dir, str(mention.pdf_sha256)),
                conversation.claims or Claims([], fault="no answer"),
                self._dataset,
                Classifier.LLM,
                model=self._settings.model,
                prompt_sha256=prompt_digest(),
                **{name: round(number, 12) for name, number in conversation.spent.items()},
            )
        )
