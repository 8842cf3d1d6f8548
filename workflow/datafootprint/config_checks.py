"""Faults of a configuration that concern several keys, or files."""

import csv
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.literature.services import SERVICES, VENUE
from datafootprint.projection import FEWEST_YEARS
from datafootprint.usage.labels import LIVE

Config = Mapping[str, Any]

#: The source of the tables of a dataset whose publication has values to check.
PUBLISHED = "published"
#: Where Snakemake writes, and deletes what it is about to write.
OUTPUTS = ("results", "logs")
#: Keys of files and folders that must exist, and of folders that jobs make.
INPUTS = (
    *("usage.counts", "usage.audit", "papers.folder", "energy.logs"),
    *("literature.source", "literature.compare_with", "projection.abstracts"),
)
PLACES = (
    *("papers.cache_dir", "literature.snapshots", "hub.snapshots", "hub.cache_dir"),
    "energy.measure.folder",
)
#: Wh for kWh is 1000 times. One epoch of ImageNet-1K takes 0.7 kWh with Swin-T, and some 50 kWh, by
#: its operations, with ViT-22B, the largest model of images.
MOST_TIMES_MEASURED = 100
#: GPT-3 took 1.3 GWh for 300 billion tokens (arXiv 2104.10350), about 1 kWh per GB of text.
MOST_KWH_PER_GB = 100
#: The subset of the energy table that leaves nothing out.
FULL = "full"


def faults_in(config: Config, data: Path, wrong: Iterable[str]) -> list[str]:
    """List what is wrong with a configuration that `with_card` has completed.

    Sections in `wrong` have faults already; what depends on them is not checked.
    """
    checks: dict[Callable[[Config, Path], Iterator[str]], str] = {
        _paths: "",
        _papers: "papers",
        _usage: "usage papers",
        _years: "usage papers projection literature",
        _hub: "hub",
        _methods: "methods scenarios",
        _typed_energy: "training scenarios",
        _energy: "training energy impacts frugality",
        _carbon: "carbon",
        _scenarios: "carbon training storage methods scenarios",
        _priors: "uncertainty",
    }
    faults = []
    for check, sections in checks.items():
        if not set(sections.split()) & set(wrong):
            try:
                faults += [f"config: {fault}" for fault in check(config, data)]
            except DatafootprintError as error:
                faults.append(str(error))
    return faults


def year_sources(config: Config, data: Path) -> dict[int, str]:
    """Return the source of each year's counts: `published`, `live` or the path of a table."""
    table = year_table(config)
    source = config["usage"]["counts"] or own_source(config, "usage_counts")
    years = _years_of(table, "usage_counts", data) if table else ()
    papers = config["papers"]
    read = sorted(papers["years"]) if papers["source"] else ()
    return dict.fromkeys(years, str(source)) | dict.fromkeys(read, LIVE)


def year_table(config: Config) -> str | None:
    """Return the path of the table of counts by year, if there is one."""
    path: str | None = config["usage"]["counts"] or config["dataset"]["tables"]["usage_counts"]
    return path


def label_errors(config: Config) -> dict[str, Any]:
    """Return the classifier of each year's labels, and the rates of those that are given."""
    chosen, given, by_year = config["usage"]["label_errors"], {}, {}
    for year, source in config["usage"]["counts"].items():
        kind = source if source in (PUBLISHED, LIVE) else "table"
        name = chosen[kind] or config["usage"]["classifier"]
        if isinstance(name, dict):
            given[f"given for {kind}"] = name
            name = f"given for {kind}"
        by_year[year] = name
    return {"by_year": by_year, "given": given}


def own_source(config: Config, table: str) -> str | None:
    """Name the source of a table of the dataset: `published`, or its path without a publication."""
    tables: dict[str, str | None] = config["dataset"]["tables"]
    return PUBLISHED if tables["values"] else tables[table]


def _paths(config: Config, data: Path) -> Iterator[str]:
    for key in (*INPUTS, *PLACES):
        path: Any = reduce(getitem, key.split("."), config)
        if path in (None, PUBLISHED, VENUE, *SERVICES):
            continue
        if key in INPUTS and not os.access(path, os.F_OK):
            yield f"{key} is {path}, but there is no such file or folder in {Path.cwd()}."
        if key in INPUTS and set("{}") & set(path):
            yield f"{key} is {path}, but Snakemake reads braces as wildcards; rename it."
        for folder in OUTPUTS:
            if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
                yield f"{key} is {path}, but runs write to {folder}/; copy it and name the copy."


def _papers(config: Config, data: Path) -> Iterator[str]:
    papers = config["papers"]
    if papers["folder"] and not papers["source"]:
        yield (
            f"papers.folder is {papers['folder']}, but papers.source is null, so that nothing is "
            "read; set papers.source to folder, or papers.folder to null."
        )
    if papers["source"] and not config["dataset"]["patterns"]:
        yield f"papers.source is {papers['source']}, but the dataset has no patterns to search for."
    if papers["source"] and papers["folder"] and os.access(papers["folder"], os.F_OK):
        from datafootprint.papers.folder import files_with, read_manifest

        read_manifest(papers["folder"])
        if papers["source"] == "folder":
            files_with(papers["folder"], papers["years"])
    if papers["source"] == "openreview":
        from datafootprint.papers.papers_params import check_openreview

        check_openreview(papers)


def _usage(config: Config, data: Path) -> Iterator[str]:
    usage = config["usage"]
    known = {"unspecified", *(variant["name"] for variant in config["dataset"]["variants"])}
    for variant in set(usage["count_variants"]) - known:
        allowed = ", ".join(sorted(known))
        yield f"usage.count_variants has {variant!r}, but the dataset has the variants {allowed}."
    if usage["audit"] and not config["papers"]["source"]:
        yield "usage.audit corrects papers that are read, but papers.source is null."
    elif usage["audit"] and os.access(usage["audit"], os.F_OK):
        from datafootprint.usage.usage_params import audit_faults

        yield from audit_faults(usage["audit"], known)


def _years(config: Config, data: Path) -> Iterator[str]:
    """Look for years of the estimate without counts or publications."""
    table, folder = year_table(config), config["dataset"]["folder"]
    if table and not os.access(table, os.F_OK):
        return
    sources, until = year_sources(config, data), config["projection"]["until"]
    if not sources:
        yield (
            f"usage.counts has no year; {table or f'{folder}/usage_counts.csv'} needs rows (year, "
            "accepted, mentioning, trained), or papers.source must be set."
        )
        return
    years = range(min(sources), until + 1)
    if not years:
        yield f"projection.until is {until}, before the first year with counts, {min(sources)}."
    if missing := [str(year) for year in years if year not in sources]:
        yield (
            f"usage.counts has no row for {', '.join(missing)}; each year to projection.until "
            f"({until}) needs one, with accepted papers at least."
        )
    if late := [year for year, source in sources.items() if source == LIVE and year > until]:
        yield (
            f"papers.years has {', '.join(map(str, late))}, but the estimate ends in {until}, so "
            "that these papers would change nothing; leave them out, or raise projection.until."
        )
    rows = _rows(table, "usage_counts", data) if table else []
    observed = {_year(row) for row in rows if row["trained"]}
    observed |= {year for year, source in sources.items() if source == LIVE}
    model, ahead = config["projection"]["model"], set(years) - observed
    if ahead and len(observed) < (fewest := FEWEST_YEARS.get(model, 1)):
        yield (
            f"projection.model is {model}, which needs {fewest} years with counts of papers that "
            f"trained, but there are {len(observed)}; add years, or choose constant, last or bayes."
        )
    source = config["literature"]["source"]
    if config["literature"]["compare_with"] == source:
        yield f"literature: source and compare_with are both {source}; name another one."
    for key in ("source", "compare_with"):
        named = table = config["literature"][key]
        if named == PUBLISHED:
            named = table = config["dataset"]["tables"]["publications"]
            if table is None:
                without = "source: venue" if key == "source" else "compare_with: null"
                yield (
                    f"literature.{key} is published, but there is no {folder}/publications.csv; it "
                    f"needs rows (year, publications), or set literature.{without} to do without."
                )
        if named in (None, VENUE, *SERVICES) or (named == table and not os.access(named, os.F_OK)):
            continue
        have = set(_years_of(table, "publications", data))
        missing = [str(year) for year in years if year not in have]
        if missing and key == "source":
            yield (
                f"literature.source is {named}, which has no row for {', '.join(missing)}; add it, "
                "or change projection.until."
            )


def _hub(config: Config, data: Path) -> Iterator[str]:
    hub = config["hub"]
    kinds = [variant["name"] for variant in hub["variants"]]
    if hub["source"] == "live" and hub["search"] is None:
        yield "hub.source is live, but hub.search is null; write how the Hub names the dataset."
    if (hub["source"] == "live" or hub["dataset_variant"]) and hub["dataset_variant"] not in kinds:
        yield (
            f"hub.dataset_variant is {hub['dataset_variant']!r}, but must be one of hub.variants: "
            f"{', '.join(kinds)}."
        )


def _methods(config: Config, data: Path) -> Iterator[str]:
    """Look for a method that needs tables which the dataset does not have."""
    needed = {"as_published": ["values"], "as_observed": ["papers_read", "practice"]}
    for key, method in _values_of("methods", "headline", config):
        tables = [name for name in needed.get(method, []) if not config["dataset"]["tables"][name]]
        if tables:
            yield (
                f"{key} is {method}, but the dataset has no "
                f"{' and '.join(f'{name}.csv' for name in tables)}; choose as_described."
            )


def _typed_energy(config: Config, data: Path) -> Iterator[str]:
    """Look for an energy in Wh, beside those of the dataset's table, or its size."""
    table, size_gb = config["dataset"]["tables"]["energy_per_epoch"], config["dataset"]["size_gb"]
    rows = _rows(table, "energy_per_epoch", data) if table else []
    largest = max((float(row["kwh_per_epoch"]) for row in rows), default=MOST_KWH_PER_GB * size_gb)
    most = MOST_TIMES_MEASURED * largest if rows else largest
    beside = f"{MOST_TIMES_MEASURED} times the largest in {table} ({largest:g} kWh)"
    for key, kwh in _values_of("training", "kwh_per_epoch", config):
        if kwh > most:
            yield (
                f"{key} is {kwh:g}, more than "
                f"{beside if rows else f'{MOST_KWH_PER_GB} kWh per GB of the dataset'}; write kWh, "
                "not Wh, or add the model to an energy_per_epoch.csv of the dataset."
            )


def _values_of(section: str, key: str, config: Config) -> Iterator[tuple[str, Any]]:
    """Return the values of a key in the configuration and its scenarios, as far as they are set."""
    scenarios = {f"scenarios.{name}.": settings for name, settings in config["scenarios"].items()}
    for where, settings in {"": config, **scenarios}.items():
        if (value := settings.get(section, {}).get(key)) is not None:
            yield f"{where}{section}.{key}", value


def _energy(config: Config, data: Path) -> Iterator[str]:
    """Look for a model or subset that was not measured, and for what nobody has set."""
    training, logs, frugality = config["training"], config["energy"]["logs"], config["frugality"]
    table = config["dataset"]["tables"]["energy_per_epoch"]
    if training["epochs"] is None:
        yield "training.epochs is null, and the dataset sets none; give the epochs per run."
    tables, wanted = config["dataset"]["tables"], training["observed"]
    if wanted and not (tables["papers_read"] and tables["practice"]):
        yield (
            f"{wanted[0]} is to be observed, but the dataset has no papers_read.csv and "
            "practice.csv; give a number."
        )
    if training["pue_in_measurement"] is None and not logs:
        yield (
            "training.pue_in_measurement is null, and the dataset sets none; give the PUE that its "
            "energy contains (1 if it was metered at the machine, 1.58 from Carbontracker)."
        )
    # Embodied emissions take the minutes of an epoch from there, whatever its energy.
    if training["kwh_per_epoch"] is not None and not config["impacts"]["embodied"]:
        return
    if logs:
        from datafootprint.energy.logs import listed_runs
        from datafootprint.tables import records_of

        rows = records_of(listed_runs(logs))
    elif table:
        rows = _rows(table, "energy_per_epoch", data)
    else:
        yield "training.kwh_per_epoch is null, and neither the dataset nor energy.logs has one."
        return
    model, subsets = training["energy_model"], {row["subset"] for row in rows} - {FULL}
    measured = {row["subset"] for row in rows if row["model"] == model}
    if not measured:
        models = ", ".join(dict.fromkeys(row["model"] for row in rows))
        yield f"training.energy_model is {model!r}, but must be one of {models}."
    # Savings are part of what a run on the full data takes.
    for subset in {training["energy_subset"], FULL} - measured if measured else ():
        yield f"training.energy_model is {model}, but no epoch of it was measured on {subset!r}."
    subset, pruned = frugality["subset"], frugality["pruned_fraction"]
    if subsets and subset is not None and subset not in subsets:
        yield f"frugality.subset is {subset!r}, but must be one of {', '.join(sorted(subsets))}."
    elif subsets and (subset is None) != (pruned is None):
        yield (
            "frugality needs both subset and pruned_fraction, the fraction that the subset leaves "
            "out, or neither."
        )


def _carbon(config: Config, data: Path) -> Iterator[str]:
    country, year = config["carbon"]["country"], config["carbon"]["year"]
    if country is None:
        return
    table = "carbon_intensity_by_year"
    rows = _rows(data / "factors" / f"{table}.csv", table, data)
    years = [_year(row) for row in rows if row["iso3"] == country]
    if not years:
        codes = {row[name].casefold(): row["iso3"] for row in rows for name in ("iso3", "country")}
        meant = codes.get(country.casefold())
        yield (
            f"carbon.country is {country!r}, but must be World or the ISO 3166-1 alpha-3 code of a "
            "country in data/factors/carbon_intensity_by_year.csv, such as DEU"
            f"{f'; did you mean {meant}?' if meant else '.'}"
        )
    elif year != "each" and year not in years:
        span = f"from {min(years)} to {max(years)}"
        yield f"carbon.year is {year}, but for {country} must be each or a year {span}."


def _scenarios(config: Config, data: Path) -> Iterator[str]:
    of_the_run = list(_carbon(config, data))
    for name, settings in config["scenarios"].items():
        for fault in _carbon({"carbon": config["carbon"] | settings.get("carbon", {})}, data):
            if fault not in of_the_run:
                yield f"scenarios.{name}: {fault}"


def _priors(config: Config, data: Path) -> Iterator[str]:
    priors = config["uncertainty"]["priors"]
    fixed = [priors[name].get("fixed") for name in ("sensitivity", "specificity")]
    if None not in fixed and sum(fixed) <= 1:
        yield (
            f"uncertainty.priors fixes sensitivity and specificity at {fixed[0]} and {fixed[1]}, "
            "but must fix them above 1 together, or the labels say nothing."
        )


def _years_of(path: str, table: str, data: Path) -> list[int]:
    return [_year(row) for row in _rows(path, table, data)]


def _year(row: Mapping[str, str]) -> int:
    return int(float(row["year"]))  # a spreadsheet may write 2023.0


def _rows(path: str | Path, table: str, data: Path) -> list[dict[str, str]]:
    """Read the cells of a table; one that is not shipped is checked, which imports pandas."""
    shipped = {row["sha256"] for row in _cells(data / "sources.csv")}
    if hashlib.sha256(Path(path).read_bytes()).hexdigest() not in shipped:
        from datafootprint.all_tables import model_of
        from datafootprint.tables import read_table
        from datafootprint.usage.observed import check_counts

        checked = read_table(path, model_of(table))
        if table == "usage_counts":
            check_counts(checked, path)
    return _cells(path)


def _cells(path: str | Path) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as stream:
        return [
            {str(name).strip(): str(cell).strip() for name, cell in row.items()}
            for row in csv.DictReader(stream)
        ]
