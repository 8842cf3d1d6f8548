"""What the report says of the estimate itself: training and storage, by method and by year."""

from collections.abc import Mapping, Sequence
from typing import Any

from datafootprint.legacy_tables import Row
from datafootprint.literature.methods import METHODS
from datafootprint.report.tables import TextTable, emissions_table


def estimate_section(
    tables: Mapping[str, Sequence[Row]],
    config: Mapping[str, Any],
    paper: Mapping[str, Any] | None,
    by_year: TextTable,
) -> dict[str, Any]:
    """Build the context of the template `sections/estimate.html.j2`.

    Parameters
    ----------
    tables : mapping of str to rows
        training_emissions, storage_emissions.
    config : mapping
        The configuration of the run; methods and storage count.
    paper : mapping or None
        What `published_context` gathers; None for another dataset than the paper's.
    by_year : TextTable
        The years of the headline method.

    Returns
    -------
    dict
        title, training and storage (rows of the headline method), energy_kwh and emissions_t (of
        both), copies (kept of each run, in words), training_table, storage_table, by_year_table,
        methods.
    """
    headline, copies = config["methods"]["headline"], config["storage"]["copies_per_run"]
    training, storage = (
        {row["method"]: row for row in tables[name]}
        for name in ("training_emissions", "storage_emissions")
    )
    corrected = headline == "as_described" and _is_as_printed(paper, training, storage)
    return {
        "title": "The corrected numbers" if corrected else "The estimate of this configuration",
        "training": training[headline],
        "storage": storage[headline],
        "energy_kwh": training[headline]["energy_kwh"] + storage[headline]["energy_kwh"],
        "emissions_t": training[headline]["emissions_t"] + storage[headline]["emissions_t"],
        "copies": "one copy" if copies == 1 else f"{copies:g} copies",
        "training_table": emissions_table(tables["training_emissions"], "training"),
        "storage_table": emissions_table(tables["storage_emissions"], "storage"),
        "by_year_table": by_year,
        "methods": METHODS,
    }


def _is_as_printed(
    paper: Mapping[str, Any] | None, training: Mapping[str, Row], storage: Mapping[str, Row]
) -> bool:
    """Whether the paper's arithmetic comes to its printed numbers in this configuration."""
    if paper is None or not paper["same_runs"]:
        return False
    tonnes = [round(rows["as_published"]["emissions_t"]) for rows in (training, storage)]
    printed = [paper["printed"][f"{what}_emissions"] for what in ("training", "storage")]
    return tonnes == printed
