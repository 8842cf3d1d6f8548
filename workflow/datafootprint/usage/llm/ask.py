"""The stage with a language model: from the mentions of one job to records of usage.

The argument `section` is `usage.llm` of the configuration. All answers are kept in
`<cache_dir>/llm`, also if the run stops because papers are left without one.
"""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.files import locked
from datafootprint.papers.paper_records import Mentions
from datafootprint.usage.llm.batch import Batches
from datafootprint.usage.llm.conversation import Conversation
from datafootprint.usage.llm.online import Online
from datafootprint.usage.llm.refusals import stop_if_unusable
from datafootprint.usage.names import Dataset
from datafootprint.usage.usage_records import Usage

Section = Mapping[str, Any]


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
    """Label all papers: from the batches whose ids are in a file, or by asking about each.

    If papers of a batch are left, the file goes: the next run sends the rest.
    """
    settings, folder = LanguageModel(**section), Path(cache_dir) / "llm"
    papers = [Conversation(mention, dataset, settings, cache_dir) for mention in mentions]
    try:
        with _alone(folder, mentions):
            if batches is None:
                asyncio.run(Online(settings, folder).run(papers))
            else:
                Batches(settings, folder, papers).collect(json.loads(Path(batches).read_bytes()))
        faults = Counter(paper.fault for paper in papers if paper.fault)
        stop_if_unusable(settings, faults, len(papers))
    except DatafootprintError:
        if batches is not None:
            Path(batches).unlink()
        raise
    return [paper.record for paper in papers if paper.record]


@contextmanager
def _alone(folder: Path, mentions: Sequence[Mentions]) -> Iterator[None]:
    """Be the only job about these papers; others may run beside it."""
    papers = "\n".join(sorted(mention.paper_id for mention in mentions))
    name = hashlib.sha256(papers.encode()).hexdigest()[:16]
    path = folder / "locks" / f"{name}.lock"
    with locked(path, "asking a language model about the same papers"):
        yield
