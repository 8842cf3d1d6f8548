"""What the report says was assumed, and where the numbers come from."""

from collections.abc import Mapping, Sequence
from typing import Any

from datafootprint.energy.epoch import PUBLISHED_SOURCE
from datafootprint.legacy_tables import Row
from datafootprint.report.sources import sources_table
from datafootprint.report.tables import intensity_source


def assumptions_section(
    tables: Mapping[str, Sequence[Row]],
    config: Mapping[str, Any],
    venue: str,
    per_capita_t: float,
) -> dict[str, Any]:
    """Build the context of the template `sections/assumptions.html.j2`.

    Parameters
    ----------
    tables : mapping of str to rows
        training_emissions, energy_per_epoch, per_capita_emissions, projection, usage_counts,
        publications.
    config : mapping
        The configuration of the run; methods and training count.
    venue : str
        Whose papers were read, if any were.
    per_capita_t : float
        Yearly emissions of a person in t, as used.

    Returns
    -------
    dict
        measured (row of the energy of an epoch; None if the configuration gives it) and
        measured_by_paper, intensity_source, per_capita_t, per_capita_by_gas (t by gas basis),
        observed and projected (years), sources_table.
    """
    headline, training = config["methods"]["headline"], config["training"]
    emissions = next(row for row in tables["training_emissions"] if row["method"] == headline)
    energy, projection = tables["energy_per_epoch"], tables["projection"]
    chosen = (training["energy_model"], training["energy_subset"])
    measured = None
    if training["kwh_per_epoch"] is None:
        measured = next(row for row in energy if (row["model"], row["subset"]) == chosen)
    source = intensity_source(emissions)
    return {
        "measured": measured,
        "measured_by_paper": measured is not None and measured["source"] == PUBLISHED_SOURCE,
        "intensity_source": source,
        "per_capita_t": per_capita_t,
        "per_capita_by_gas": {
            row["gas_basis"]: row["t_per_person"] for row in tables["per_capita_emissions"]
        },
        "observed": [row["year"] for row in projection if row["kind"] == "observed"],
        "projected": [row["year"] for row in projection if row["kind"] == "projected"],
        "sources_table": sources_table(
            tables["usage_counts"], tables["publications"], energy, source, training, venue
        ),
    }
