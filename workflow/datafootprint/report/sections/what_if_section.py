"""The panel that computes the estimate for other settings: coefficients for `page.js`.

The page multiplies what the workflow hands over: the runs and energies of each method and year,
the energy of each measured model, the intensities. `page.js` has no number of its own.
"""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from datafootprint.footprint.emissions import Footprint
from datafootprint.literature.methods import METHODS
from datafootprint.report.scenarios import country_names, in_countries, year_of_most
from datafootprint.report.sections.answer_section import ranges_of
from datafootprint.report.text_tables import TextTable, cells, footprint_by_year
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
    intensities, energy = tables["carbon_intensity_by_year"], tables["energy_per_epoch"]
    data = coefficients(tables, config, footprint, priors) | {"differs": dict(differs)}
    latest = year_of_most(intensities)
    names = country_names(intensities)
    ranked = in_countries(tables, config, footprint, latest)
    return {
        "data": script_json(data),
        "base": data["base"],
        "energies": records_of(energy[["model", "subset", "kwh_per_epoch"]]),
        "countries": sorted(
            ((iso3, name) for iso3, name in names.items() if iso3 != "World"),
            key=lambda country: country[1],
        ),
        "year": latest,
        "heights": (100 * ranked["emissions_t"] / (ranked["emissions_t"].max() or 1)).tolist(),
        "countries_table": TextTable(
            f"All of it with the electricity of one country, {latest}, lowest first",
            {
                "rank": (ranked.index + 1).astype(str),
                "country": ranked["country"],
                "g CO2e/kWh": cells(ranked["carbon_intensity_g_per_kwh"], 1),
                "training, t CO2e": cells(ranked["emissions_t"]),
            },
        ),
    }


def coefficients(
    tables: Mapping[str, pd.DataFrame],
    config: Mapping[str, Any],
    footprint: Footprint,
    priors: Mapping[str, Prior],
) -> dict[str, Any]:
    """Return what the page multiplies, and the settings of this run that it starts from."""
    training, carbon = config["training"], config["carbon"]
    years = sorted(tables["training_runs"]["year"].unique())
    methods = {}
    for method, own in tables["training_runs"].groupby("method", sort=False):
        by_year = footprint_by_year(own, str(method), footprint).sort_values("year")
        methods[method] = {
            "title": method_title(str(method)),
            "observes_epochs": METHODS[str(method)].is_observed,
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
        "years": [int(year) for year in years],
        "methods": methods,
        "ranges": ranges,
        "tiers": {
            tier: [DRAWN_SETTINGS[name] for name in drawn if tier.holds(SOURCES[name].tier)]
            for tier in Tier
        },
        "energies": energies,
        "person": {
            row["gas_basis"]: carbon["per_capita_t"] or row["t_per_person"]
            for row in records_of(tables["per_capita_emissions"])
        },
        "countries": _by_country(tables["carbon_intensity_by_year"]),
        "year_of_most": year_of_most(tables["carbon_intensity_by_year"]),
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


def _by_country(intensities: pd.DataFrame) -> dict[str, Any]:
    """Return the name, and g/kWh by year, of each country."""
    return {
        str(iso3): [
            rows["country"].iloc[0],
            dict(zip(rows["year"], rows["g_per_kwh"], strict=True)),
        ]
        for iso3, rows in intensities.groupby("iso3")
    }


def script_json(data: Any) -> str:
    """Format as JSON that can stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")
