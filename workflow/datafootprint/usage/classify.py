"""Labelling every mentioning paper of one year, by whichever classifier the configuration names."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from datafootprint.legacy_tables import Row
from datafootprint.papers.texts import read_text
from datafootprint.usage.record import (
    Dataset,
    body_passages,
    claims_by_rules,
    make_record,
    references_only,
)


def classify_usage(
    mentions: Iterable[Mapping[str, Any]],
    dataset: Mapping[str, Any],
    usage: Mapping[str, Any],
    cache_dir: str | Path,
) -> list[Row]:
    """Say of every paper that mentions the dataset how it used it.

    Parameters
    ----------
    mentions : iterable of mapping
        Rows of the table `mentions`; those without a mention are left out.
    dataset, usage : mapping
        Sections of the configuration.
    cache_dir : str or Path
        The cache with the papers' texts, in which answers of a language model are kept too.

    Returns
    -------
    list of dict
        Rows of the table `usage`. A paper that names the dataset among its references only is
        `cited_only` whatever the classifier.

    Raises
    ------
    DatafootprintError
        If a paper's text is missing, or a language model left papers without an answer.
    """
    known = Dataset.from_config(dataset, usage["count_variants"])
    mentioning = [row for row in mentions if row["mentions"]]
    asked = [row for row in mentioning if body_passages(row)]
    records = [references_only(row) for row in mentioning if not body_passages(row)]
    if usage["classifier"] == "llm":
        from datafootprint.usage.llm.classify import classify_by_llm
        from datafootprint.usage.llm.settings import Settings

        settings = Settings.from_config(usage["llm"])
        folder = Path(cache_dir) / "llm"
        records += classify_by_llm(
            asked, known, settings, lambda sha256: read_text(cache_dir, sha256), folder
        )
    else:
        for row in asked:
            passages = body_passages(row)
            text = read_text(cache_dir, row["pdf_sha256"])
            claims = claims_by_rules(passages, known)
            records.append(make_record(row, passages, text, claims, known, "rules"))
    return sorted(records, key=lambda record: record["paper_id"])
