"""The panel that computes the estimate for other settings: coefficients for `page.js`.

The page multiplies what the workflow hands over: the runs and energies of each method and year,
the energy of each measured model, the intensities. `page.js` has no number of its own.
"""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.footprint.emissions import Footprint
from datafootprint.report.scenarios import (
    country_names,
    in_countries,
    observes_epochs,
    year_of_most,
)
from datafootprint.report.sections.answer_section import ranges_of
from datafootprint.report.text_tables import footprint_by_year
from datafootprint.report.wording import method_title
from datafootprint.tables import records_of
from datafootprint.uncertainty.priors import SOURCES, Prior, Tier

#: A source that draws a setting itself -> the setting, which then does not move the range.
DRAWN_SETTINGS = {
    "mean_epochs": "epochs",
    "pue": "pue",
    "storage_kwh_per_tb_year": "storage",
}
QUANTITIES = {
    "runs": "runs",
    "training_energy_kwh": "kwh",
    "training_emissions_t": "t",
    "storage_emissions_t": "storage",
}


def what_if_section(
    tables: Mapping[str, pd.DataFrame],
    config: Mapping[str, Any],
    footprint: Footprint,
    priors: Mapping[str, Prior],
    differs: Mapping[str, str],
) -> dict[str, Any]:
    """Build the context of `what_if.html.j2`; `differs` are keys that this run changed."""
    data = coefficients(tables, config, footprint, priors) | {"differs": dict(differs)}
    latest = data["year_of_most"]
    ranked = in_countries(tables, config, footprint, latest)
    # The source has 0 g where there is too little electricity to tell.
    ranked = ranked[ranked["carbon_intensity_g_per_kwh"] > 0]
    names = country_names(tables["carbon_intensity_by_year"])
    return {
        "data": script_json(data),
        "countries": sorted(
            ((iso3, name) for iso3, name in names.items() if iso3 != "World"),
            key=lambda country: country[1],
        ),
        "heights": (100 * ranked["emissions_t"] / (ranked["emissions_t"].max() or 1)).tolist(),
        "year": latest,
        "ranked": ranked.assign(rank=range(1, len(ranked) + 1)),
    }


def coefficients(
    tables: Mapping[str, pd.DataFrame],
    config: Mapping[str, Any],
    footprint: Footprint,
    priors: Mapping[str, Prior],
) -> dict[str, Any]:
    """Return what the page multiplies, and the settings of this run that it starts from."""
    training, carbon = config["training"], config["carbon"]
    intensities = tables["carbon_intensity_by_year"]
    methods = {}
    for method, own in tables["training_runs"].groupby("method", sort=False):
        by_year = footprint_by_year(own, str(method), footprint).sort_values("year")
        methods[method] = {
            "title": method_title(str(method)),
            "observes_epochs": observes_epochs(str(method), training),
            "runs": by_year["runs"].tolist(),
            "kwh": by_year["training_kwh"].tolist(),
            "storage_kwh": by_year["storage_kwh"].tolist(),
        }
    ranges = {
        method: {
            tier: {
                short: [row["p2_5"] / row["point"], row["p97_5"] / row["point"]]
                for name, short in QUANTITIES.items()
                if (row := rows[name])["point"]
            }
            for tier, rows in tiers.items()
        }
        for method, tiers in ranges_of(tables["uncertainty"]).items()
    }
    drawn = [name for name in DRAWN_SETTINGS if name in priors and priors[name].kind != "fixed"]
    energies = {
        f"{row['model']}|{row['subset']}": {"kwh": row["kwh_per_epoch"], "pue": row["pue"]}
        for row in records_of(tables["energy_per_epoch"])
    }
    if training["pue_in_measurement"] is not None:
        energies["own"] = {"kwh": training["kwh_per_epoch"], "pue": training["pue_in_measurement"]}
    is_own = training["kwh_per_epoch"] is not None
    return {
        "years": sorted(tables["training_runs"]["year"].unique().tolist()),
        "methods": methods,
        "ranges": ranges,
        "tiers": {
            tier: [DRAWN_SETTINGS[name] for name in drawn if SOURCES[name].tier <= tier]
            for tier in Tier
        },
        "energies": energies,
        "person": {
            row["gas_basis"]: carbon["per_capita_t"] or row["t_per_person"]
            for row in records_of(tables["per_capita_emissions"])
        },
        # The name, and g/kWh by year.
        "countries": {
            iso3: [rows["country"].iloc[0], rows.set_index("year")["g_per_kwh"].to_dict()]
            for iso3, rows in intensities.groupby("iso3")
        },
        "year_of_most": year_of_most(intensities),
        "base": {
            "source": "number" if carbon["country"] is None else "country",
            "intensity": carbon["intensity_g_per_kwh"],
            "gas": carbon["gas_basis"],
            "country": carbon["country"] or "World",
            "year": "each" if carbon["year"] is None else str(carbon["year"]),
            "epochs": training["epochs"],
            "energy": "own"
            if is_own
            else f"{training['energy_model']}|{training['energy_subset']}",
            "kwh": training["kwh_per_epoch"],
            "pue": training["pue_target"],
            "copies": config["storage"]["copies_per_run"],
            "method": config["methods"]["headline"],
        },
    }


def script_json(data: Any) -> str:
    """Format as JSON that can stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")
