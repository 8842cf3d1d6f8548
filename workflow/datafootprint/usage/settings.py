"""The section `usage` of the configuration: checked before anything runs, and cut up for rules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.tables import read_table, records_of
from datafootprint.usage.audit.sample import read_sample
from datafootprint.usage.counts import LIVE, check_counts, count_sources, needed_years
from datafootprint.usage.names import SEPARATOR, UNSPECIFIED
from datafootprint.usage.usage_tables import UsageCounts
from datafootprint.variants import compile_variants

Section = Mapping[str, Any]


def check_usage(config: Section) -> None:
    """Refuse settings of the usage stage that contradict each other or cannot work.

    Raises
    ------
    DatafootprintError
        For the first fault found.
    """
    usage = config["usage"]
    rates = usage["error_rates"]
    given = [name for name in ("sensitivity", "specificity") if rates[name] is not None]
    if len(given) == 1:
        raise DatafootprintError(
            f"config: usage.error_rates.{given[0]} is set alone; set sensitivity and specificity, "
            "or none."
        )
    if given and rates["sensitivity"] + rates["specificity"] <= 1:
        raise DatafootprintError(
            "config: usage.error_rates: sensitivity + specificity must be above 1, or the labels "
            "say nothing."
        )
    if given and usage["audit"] is not None:
        raise DatafootprintError(
            "config: usage.audit and usage.error_rates are both set; an audit brings its own error "
            "rates, so set one of them."
        )
    variants = config["dataset"]["variants"]
    known = {UNSPECIFIED, *compile_variants(variants, "dataset.variants", UNSPECIFIED)}
    for variant in usage["count_variants"]:
        if variant not in known:
            raise DatafootprintError(
                f"config: usage.count_variants: {variant!r} is none of dataset.variants; they "
                f"are {', '.join(sorted(known))}."
            )
    correction = "usage.error_rates" if given else "usage.audit" if usage["audit"] else None
    if correction and LIVE not in count_sources(config).values():
        raise DatafootprintError(
            f"config: {correction} corrects years that are read, and none is; set papers.source "
            "to folder or openreview, as for the labels."
        )
    if usage["audit"] is not None:
        _check_audit(usage["audit"], known)


def _check_audit(path: str, known: set[str]) -> None:
    """Refuse an audited sample that names variants nobody knows: they would count for nothing."""
    for row in records_of(read_sample(path)):
        named = (row["human_variant"] or "").split(SEPARATOR)
        # A person may keep what the classifier calls a subset of its own.
        for variant in set(filter(None, named)) - known - set(row["variant"].split(SEPARATOR)):
            raise DatafootprintError(
                f"{path}, position {row['position']}: human_variant {variant!r} is none of "
                f"dataset.variants; they are {', '.join(sorted(known))}."
            )


def check_count_tables(config: Section, published: Path) -> None:
    """Refuse tables of counts that are missing, bad or lack a year they are named for.

    Parameters
    ----------
    config : mapping
        The whole configuration.
    published : Path
        The folder with the published counts.

    Raises
    ------
    DatafootprintError
        For the first fault found.
    """
    until = config["projection"]["until"]
    sources = count_sources(config)
    years = needed_years(sources, until)
    rows = {}
    for source in sorted(set(sources.values()) - {LIVE}):
        path = published / "usage_counts.csv" if source == "published" else Path(source)
        rows[source] = set(check_counts(read_table(path, UsageCounts), path)["year"])
    for year in sorted({*years, *sources}):
        if sources[year] != LIVE and year not in rows[sources[year]]:
            has = ", ".join(map(str, sorted(rows[sources[year]]))) or "no rows"
            raise DatafootprintError(
                f"config: usage.counts.{year} is {sources[year]!r}, which has no row for {year}; "
                f"it has {has}."
            )


def mentions_to_label(usage: Section, mentions: str, labelled: str) -> str:
    """Return `mentions`, the file to label, if there is a key for the model that shall do it.

    Where the file `labelled` exists, answers are in the cache, and a job asks for a key when one is
    missing.

    Raises
    ------
    DatafootprintError
        If the model's server is elsewhere and no key is set.
    """
    if usage["classifier"] == "llm" and not Path(labelled).exists():
        from datafootprint.usage.llm.credentials import api_key

        api_key(usage["llm"]["base_url"])
    return mentions


def classification_settings(usage: Section) -> dict[str, Any]:
    """Return what labels depend on; limits and prices, which new answers only have, are no part."""
    settings = {key: usage[key] for key in ("classifier", "count_variants")}
    if usage["classifier"] == "llm":
        keys = ("base_url", "model", "temperature", "context", "max_output_tokens")
        settings["llm"] = {key: usage["llm"][key] for key in keys}
    return settings
