"""The same training runs under other factors: each country, and the scenarios of the configuration.

Nothing upstream is computed again. A scenario is an overlay of the sections carbon, training,
storage and methods. Its points are those of a run with that overlay; its ranges are those of this
run, scaled by the points.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import EACH_YEAR, carbon_intensity, read_grid
from datafootprint.footprint.emissions import Footprint, amounts_by_method, read_footprint
from datafootprint.footprint.footprint_tables import STORAGE, TRAINING
from datafootprint.literature.methods import METHODS
from datafootprint.report.report_tables import Scenarios
from datafootprint.tables import check_table
from datafootprint.uncertainty.priors import Tier

#: This run's own settings, as a scenario.
THIS_RUN = "this run"


def compare_scenarios(
    tables: Mapping[str, pd.DataFrame],
    config: Mapping[str, Any],
    overlays: Mapping[str, Mapping[str, Any]],
) -> pd.DataFrame:
    """Return the table `Scenarios`: this run, each of `overlays`, and each country.

    Countries are charged for the year of the configuration, or for `year_of_most`.
    """
    runs = tables["training_runs"]
    rows = []
    for name, settings in {THIS_RUN: {}, **overlays}.items():
        own = {
            section: {**config[section], **settings.get(section, {})}
            for section in ("carbon", "training", "storage", "methods")
        }
        method = own["methods"]["headline"]
        if METHODS[method].is_observed:
            own["training"]["epochs"] = config["training"]["epochs"]
        footprint = _footprint(tables, {**config, **own}, name)
        energy = amounts_by_method(TRAINING, runs)[[method]]
        intensity = footprint.configured.intensity.mean(energy.to_numpy(), energy.index)
        rows.append(_charged(runs, method, intensity, footprint).assign(scenario=name))
    year = config["carbon"]["year"] or year_of_most(tables["carbon_intensity_by_year"])
    base = _footprint(tables, config, THIS_RUN)
    countries = in_countries(tables, config, base, year).rename(columns={"iso3": "scenario"})
    table = pd.concat(
        [pd.concat(rows).assign(kind="scenario"), countries.assign(kind="country")],
        ignore_index=True,
    )
    measured = tables["uncertainty"][tables["uncertainty"]["tier"] == list(Tier)[1]]
    ranges = measured[measured["quantity"] == "training_emissions_t"].set_index("method")
    ranges = ranges.loc[table["method"]].reset_index()
    scale = (table["emissions_t"] / ranges["point"]).fillna(0.0)
    table = table.assign(low=ranges["p2_5"] * scale, high=ranges["p97_5"] * scale)
    return check_table(table, Scenarios, "scenarios")


def year_of_most(intensities: pd.DataFrame) -> int:
    """Return the newest year that most countries have."""
    countries = intensities.groupby("year")["iso3"].nunique()
    return int(countries.index[countries >= 0.75 * countries.max()].max())


def in_countries(
    tables: Mapping[str, pd.DataFrame],
    config: Mapping[str, Any],
    footprint: Footprint,
    year: int | str,
) -> pd.DataFrame:
    """Charge the headline's runs with the electricity of each country, lowest first.

    A country without intensities for `year`, or for `each` year of the runs, is left out.
    """
    runs, method = tables["training_runs"], config["methods"]["headline"]
    by_method = amounts_by_method(TRAINING, runs)[[method]]
    found = {}
    for iso3, own in tables["carbon_intensity_by_year"].groupby("iso3"):
        known = set(own["year"])
        needed = {y for y in by_method.index if y <= max(known)} if year == EACH_YEAR else {year}
        if iso3 != "World" and needed <= known:
            chosen = {"country": iso3, "year": year}
            intensity = carbon_intensity(chosen, own, by_method.index)
            found[iso3] = intensity.mean(by_method.to_numpy(), by_method.index)[0]
    carbon = {**config["carbon"], "country": "World", "year": year}
    inputs = (tables["carbon_intensity_by_year"], tables["per_capita_emissions"])
    grid = read_grid(carbon, *inputs, by_method.index)
    values = pd.Series(found, dtype=float)
    charged = _charged(runs, method, values.to_numpy(), replace(footprint, configured=grid))
    names = country_names(tables["carbon_intensity_by_year"])
    charged = charged.assign(iso3=values.index, country=values.index.map(names))
    return charged.sort_values(["carbon_intensity_g_per_kwh", "country"], ignore_index=True)


def _charged(runs: pd.DataFrame, method: str, g_per_kwh: Any, footprint: Footprint) -> pd.DataFrame:
    """Charge the runs of one method at one or more intensities, a row for each."""
    grid = footprint.configured
    kwh = {
        use: footprint.energy(use, amounts_by_method(use, runs)[method].sum())
        for use in (TRAINING, STORAGE)
    }
    training = {"energy_kwh": kwh[TRAINING], **grid.emitted(kwh[TRAINING], g_per_kwh)}
    storage = grid.emitted(kwh[STORAGE], g_per_kwh)
    return pd.DataFrame(
        {
            "method": method,
            "epochs": float(footprint.training["epochs"]),
            "kwh_per_epoch": footprint.energy_per_epoch.magnitude,
            "pue": float(footprint.training["pue_target"]),
            "carbon_intensity_g_per_kwh": g_per_kwh,
            "gas_basis": grid.intensity.gas_basis,
            **{name: values * np.ones(len(g_per_kwh)) for name, values in training.items()},
            "storage_emissions_t": storage["emissions_t"],
        }
    )


def country_names(intensities: pd.DataFrame) -> dict[str, str]:
    """Return the names of all countries by code."""
    names = intensities.drop_duplicates("iso3").set_index("iso3")["country"]
    return {str(iso3): str(name) for iso3, name in names.items()}


def _footprint(
    tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any], scenario: str
) -> Footprint:
    try:
        return read_footprint(
            config,
            tables["energy_per_epoch"],
            tables["carbon_intensity_by_year"],
            tables["per_capita_emissions"],
            tables["training_runs"]["year"],
        )
    except (DatafootprintError, KeyError) as error:
        raise DatafootprintError(f"scenarios.{scenario}: {error}") from None
