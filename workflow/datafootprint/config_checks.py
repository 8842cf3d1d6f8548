"""Faults of a configuration that concern several keys, or files."""

import csv
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from datafootprint.energy import FULL
from datafootprint.errors import DatafootprintError
from datafootprint.literature.services import SERVICES
from datafootprint.usage.labels import LIVE

Config = Mapping[str, Any]

#: The source of the dataset's own tables.
PUBLISHED = "published"
#: Where Snakemake writes, and deletes what it is about to write.
OUTPUTS = ("results", "logs")


def faults_in(config: Config, data: Path, wrong: Iterable[str]) -> list[str]:
    """List what is wrong with a completed configuration.

    Parameters
    ----------
    config : mapping
        As `with_card` returns it; its `usage.counts` becomes the source of each year's counts.
    data : Path
        The folder with shipped datasets and `factors/`.
    wrong : iterable of str
        Sections that have faults already and are not looked at.
    """
    checks: tuple[tuple[str, Callable[[Config, Path], Iterator[str]]], ...] = (
        ("", _paths),
        ("papers", _papers),
        ("usage", _usage),
        ("usage papers projection literature", _years),
        ("hub", _hub),
        ("training energy impacts frugality", _energy),
        ("carbon", _carbon),
        ("uncertainty", _priors),
    )
    faults = []
    for sections, check in checks:
        if not set(sections.split()) & set(wrong):
            try:
                faults += [f"config: {fault}" for fault in check(config, data)]
            except DatafootprintError as error:
                faults.append(str(error))
    return faults


def year_sources(config: Config, data: Path) -> dict[int, str]:
    """Return the source of each year's counts: `published`, `live` or the path of a table."""
    table = config["usage"]["counts"] or config["dataset"]["tables"]["usage_counts"]
    source = table if config["usage"]["counts"] else own_source(config, "usage_counts")
    years = [int(row["year"]) for row in _counts(table, data)] if table else []
    papers = config["papers"]
    read = papers["years"] if papers["source"] else []
    return dict.fromkeys(years, str(source)) | dict.fromkeys(sorted(read), LIVE)


def own_source(config: Config, table: str) -> str | None:
    """Name the source of a dataset's own table: `published` with values to check, else its path."""
    tables: dict[str, str | None] = config["dataset"]["tables"]
    return PUBLISHED if tables["values"] else tables[table]


def _paths(config: Config, data: Path) -> Iterator[str]:
    literature, energy = config["literature"], config["energy"]
    inputs = {
        "usage.counts": config["usage"]["counts"],
        "usage.audit": config["usage"]["audit"],
        "papers.urls": config["papers"]["urls"],
        "energy.logs": energy["logs"],
        **{
            f"literature.{key}": literature[key]
            for key in ("source", "compare_with")
            if literature[key] not in (PUBLISHED, *SERVICES)
        },
    }
    places = {
        **{f"papers.{key}": config["papers"][key] for key in ("folder", "cache_dir")},
        **{f"hub.{key}": config["hub"][key] for key in ("snapshots", "cache_dir")},
        "literature.snapshots": literature["snapshots"],
        "energy.measure.folder": energy["measure"]["folder"],
    }
    for key, path in {**inputs, **places}.items():
        if path is None:
            continue
        if (key in inputs or key == "papers.folder") and not os.access(path, os.F_OK):
            yield f"{key} is {path}, but there is no such file or folder in {Path.cwd()}."
        for folder in OUTPUTS:
            if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
                yield (
                    f"{key} is {path}, which is in {folder}/, where runs write; copy it elsewhere "
                    "and name the copy."
                )
        if key in inputs and set("{}") & set(path):
            yield f"{key} is {path}; Snakemake reads braces as wildcards, so rename it."


def _papers(config: Config, data: Path) -> Iterator[str]:
    papers = config["papers"]
    if papers["source"] and not config["dataset"]["patterns"]:
        yield (
            f"papers.source is {papers['source']}, but the dataset.yaml of "
            f"{config['dataset']['name']} has no patterns to search the papers for."
        )
    if papers["source"] and papers["folder"]:
        from datafootprint.papers.folder import read_manifest

        read_manifest(papers["folder"])
    if papers["source"] == "openreview":
        from datafootprint.papers.papers_params import check_openreview

        check_openreview(papers)


def _usage(config: Config, data: Path) -> Iterator[str]:
    usage = config["usage"]
    known = {"unspecified", *(variant["name"] for variant in config["dataset"]["variants"])}
    for variant in usage["count_variants"]:
        if variant not in known:
            yield (
                f"usage.count_variants has {variant!r}, but must name variants of the dataset: "
                f"{', '.join(sorted(known))}."
            )
    rates = usage["error_rates"]["sensitivity"] is not None
    if (rates or usage["audit"]) and not config["papers"]["source"]:
        key = "error_rates" if rates else "audit"
        yield f"usage.{key} corrects papers that are read, but papers.source is null."
    elif usage["audit"] and os.access(usage["audit"], os.F_OK):
        from datafootprint.usage.usage_params import audit_faults

        yield from audit_faults(usage["audit"], known)


def _years(config: Config, data: Path) -> Iterator[str]:
    """Look for a year of the estimate without counts or publications."""
    table = config["usage"]["counts"]
    if table and not os.access(table, os.F_OK):
        return
    sources, until = year_sources(config, data), config["projection"]["until"]
    if not sources:
        named = table or f"{config['dataset']['folder']}/usage_counts.csv"
        yield (
            f"usage.counts has no year: give {named} with rows of year, accepted, mentioning and "
            "trained, or read papers (papers.source)."
        )
        return
    years = range(min(sources), until + 1)
    if not years:
        yield f"projection.until is {until}, before the first year with counts, {min(sources)}."
    if missing := [str(year) for year in years if year not in sources]:
        yield (
            f"usage.counts has no row for {', '.join(missing)}; each year from {min(sources)} to "
            f"projection.until ({until}) needs one, with accepted papers at least."
        )
    literature = config["literature"]
    for key in ("source", "compare_with"):
        table = literature[key]
        if table == PUBLISHED:
            table = config["dataset"]["tables"]["publications"]
            if table is None:
                yield (
                    f"literature.{key} is published, but {config['dataset']['folder']} has no "
                    "publications.csv (year, publications)."
                )
        if table in (None, *SERVICES) or not os.access(table, os.F_OK):
            continue
        have = {int(row["year"]) for row in _publications(table, data)}
        missing = [str(year) for year in years if year not in have]
        if missing and key == "source":
            yield (
                f"literature.source is {literature[key]}, which has no row for "
                f"{', '.join(missing)}; add it, or change projection.until."
            )


def _hub(config: Config, data: Path) -> Iterator[str]:
    hub = config["hub"]
    names = [variant["name"] for variant in hub["variants"]]
    if os.path.realpath(hub["snapshots"]) == os.path.realpath(hub["cache_dir"]):
        yield f"hub.snapshots and hub.cache_dir are both {hub['snapshots']}; name two folders."
    if hub["source"] == "live" and hub["search"] is None:
        yield "hub.source is live, but hub.search is null; write how the Hub names the dataset."
    if (hub["source"] == "live" or hub["dataset_variant"]) and hub["dataset_variant"] not in names:
        yield (
            f"hub.dataset_variant is {hub['dataset_variant']!r}, but must be one of hub.variants: "
            f"{', '.join(names) or 'there are none'}."
        )


def _energy(config: Config, data: Path) -> Iterator[str]:
    """Look for a model or subset that was not measured."""
    training, logs = config["training"], config["energy"]["logs"]
    if training["epochs"] is None:
        yield "training.epochs is null, and the dataset sets none; give the epochs per run."
    table = config["dataset"]["tables"]["energy_per_epoch"]
    if training["pue_in_measurement"] is None and not logs:
        yield (
            "training.pue_in_measurement is null, and the dataset sets none; give the PUE that its "
            "energy contains (1 if it was metered at the machine, 1.58 from Carbontracker)."
        )
    # Embodied emissions take the minutes of an epoch from there, whatever its energy.
    if training["kwh_per_epoch"] is not None and not config["impacts"]["embodied"]:
        return
    if logs is None and table is None:
        yield (
            "training.kwh_per_epoch is null, and there is no energy_per_epoch.csv of the dataset "
            "nor energy.logs; give one of them."
        )
        return
    rows = _metered(logs) if logs else _energies(table, data)
    model = training["energy_model"]
    measured = [row["subset"] for row in rows if row["model"] == model]
    # Savings are part of what a run on the full data takes.
    if not measured:
        models = ", ".join(dict.fromkeys(row["model"] for row in rows))
        yield f"training.energy_model is {model!r}, but must be one of {models}."
    for subset in {training["energy_subset"], FULL} - set(measured) if measured else ():
        yield f"training.energy_model is {model}, but no epoch of it was measured on {subset!r}."
    subsets = {row["subset"] for row in rows} - {FULL}
    if subsets and config["frugality"]["subset"] not in subsets:
        yield (
            f"frugality.subset is {config['frugality']['subset']!r}, but must be one of "
            f"{', '.join(sorted(subsets))}."
        )
    elif subsets and config["frugality"]["pruned_fraction"] is None:
        yield "frugality.pruned_fraction is null; give the fraction that the subset leaves out."


def _carbon(config: Config, data: Path) -> Iterator[str]:
    country, year = config["carbon"]["country"], config["carbon"]["year"]
    if country is None:
        return
    rows = _cells(data / "factors" / "carbon_intensity_by_year.csv")
    years = [int(row["year"]) for row in rows if row["iso3"] == country]
    if not years:
        names = {row["iso3"].casefold(): row["iso3"] for row in rows}
        names |= {row["country"].casefold(): row["iso3"] for row in rows}
        meant = names.get(country.casefold())
        hint = f"; did you mean {meant}?" if meant else "."
        yield (
            f"carbon.country is {country!r}, but must be World or the ISO 3166-1 alpha-3 code of a "
            f"country in data/factors/carbon_intensity_by_year.csv, such as DEU{hint}"
        )
    elif year != "each" and year not in years:
        yield (
            f"carbon.year is {year}, but for {country} must be each or a year from {min(years)} to "
            f"{max(years)}."
        )


def _priors(config: Config, data: Path) -> Iterator[str]:
    priors = config["uncertainty"]["priors"]
    fixed = [priors[name].get("fixed") for name in ("sensitivity", "specificity")]
    if None not in fixed and sum(fixed) <= 1:
        yield (
            f"uncertainty.priors fixes sensitivity and specificity at {fixed[0]} and {fixed[1]}, "
            "but must fix them above 1 together, or the labels say nothing."
        )


def _counts(path: str, data: Path) -> list[dict[str, str]]:
    if not _is_shipped(path, data):
        from datafootprint.tables import read_table
        from datafootprint.usage.usage_tables import UsageCounts
        from datafootprint.usage.year_counts import check_counts

        check_counts(read_table(path, UsageCounts), path)
    return _cells(path)


def _publications(path: str, data: Path) -> list[dict[str, str]]:
    if not _is_shipped(path, data):
        from datafootprint.literature.literature_tables import Publications
        from datafootprint.tables import read_table

        read_table(path, Publications)
    return _cells(path)


def _energies(path: str, data: Path) -> list[dict[str, str]]:
    if not _is_shipped(path, data):
        from datafootprint.energy.energy_tables import EnergyPerEpoch
        from datafootprint.tables import read_table

        read_table(path, EnergyPerEpoch)
    return _cells(path)


def _metered(folder: str) -> list[dict[str, Any]]:
    from datafootprint.energy.logs import listed_runs
    from datafootprint.tables import records_of

    return records_of(listed_runs(folder))


def _is_shipped(path: str, data: Path) -> bool:
    """Tell whether a table is one of the checkout as it came, which needs no check."""
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return digest in {row["sha256"] for row in _cells(data / "sources.csv")}


def _cells(path: str | Path) -> list[dict[str, str]]:
    """Read the cells of a table that is known to be sound; pandas takes long to import."""
    with Path(path).open(encoding="utf-8-sig", newline="") as stream:
        return [
            {str(name).strip(): str(cell).strip() for name, cell in row.items()}
            for row in csv.DictReader(stream)
        ]
