"""The same training runs under other factors: each country, and the scenarios of the configuration.

Nothing upstream is computed again. A scenario is an overlay of the sections carbon, training,
storage and methods. Its points are those of a run with that overlay; its ranges are those of this
run, scaled by the points.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import EACH_YEAR, read_grid
from datafootprint.footprint.emissions import Footprint, amounts_by_method, read_footprint
from datafootprint.footprint.footprint_tables import STORAGE, TRAINING
from datafootprint.literature.methods import METHODS
from datafootprint.literature.practice import OBSERVED, bases_of
from datafootprint.report.report_tables import Scenarios
from datafootprint.tables import check_table
from datafootprint.uncertainty.priors import Tier

Tables = Mapping[str, pd.DataFrame]
#: This run's own settings, as a scenario.
THIS_RUN = "this run"


def compare_scenarios(
    tables: Tables, config: Mapping[str, Any], overlays: Mapping[str, Mapping[str, Any]]
) -> pd.DataFrame:
    """Return the table `Scenarios`: this run, each of `overlays`, and each country.

    Countries are charged for the year of the configuration, or for `year_of_most`.
    """
    found = []
    for name, settings in {THIS_RUN: {}, **overlays}.items():
        own = {section: {**config[section], **changed} for section, changed in settings.items()}
        own = {**config, **own}
        method = own["methods"]["headline"]
        if observes_epochs(method, config["training"]):
            own["training"] = {**own["training"], "epochs": config["training"]["epochs"]}
        try:
            footprint = read_footprint(tables, own)
        except (DatafootprintError, KeyError) as error:
            raise DatafootprintError(f"scenarios.{name}: {error}") from None
        amounts = amounts_by_method(TRAINING, tables["training_runs"])[[method]]
        intensity = footprint.configured.mean(amounts.to_numpy(), amounts.index)
        charged = _charged(tables, method, intensity, footprint)
        found.append(charged.assign(scenario=name, kind="scenario"))
    year = config["carbon"]["year"] or year_of_most(tables["carbon_intensity_by_year"])
    countries = in_countries(tables, config, read_footprint(tables, config), year)
    found.append(countries.rename(columns={"iso3": "scenario"}).assign(kind="country"))
    table = pd.concat(found, ignore_index=True)
    ranges = tables["uncertainty"]
    is_measured = ranges["tier"] == Tier.MEASURED
    ranges = ranges[is_measured & (ranges["quantity"] == "training_emissions_t")]
    ranges = ranges.set_index("method").loc[table["method"]].reset_index()
    scale = table["emissions_t"] / ranges["point"].where(ranges["point"] > 0)
    table = table.assign(low=ranges["p2_5"] * scale, high=ranges["p97_5"] * scale)
    return check_table(table, Scenarios, "scenarios")


def observes_epochs(method: str, training: Mapping[str, Any]) -> bool:
    """Tell whether the runs of a method are as long as papers report, whatever is configured."""
    return bases_of(training, METHODS[method].is_observed)["epochs"] == OBSERVED


def year_of_most(intensities: pd.DataFrame) -> int:
    """Return the newest year that most countries have."""
    countries = intensities.groupby("year")["iso3"].nunique()
    return int(countries.index[countries >= 0.75 * countries.max()].max())


def in_countries(
    tables: Tables, config: Mapping[str, Any], footprint: Footprint, year: int | str
) -> pd.DataFrame:
    """Charge the headline's runs with the electricity of each country, lowest first.

    A country without intensities for `year`, or for `each` year of the runs, is left out.
    """
    method, intensities = config["methods"]["headline"], tables["carbon_intensity_by_year"]
    amounts = amounts_by_method(TRAINING, tables["training_runs"])[[method]]
    by_year = intensities.pivot(index="year", columns="iso3", values="g_per_kwh")
    by_year = by_year.drop(columns="World")
    if year == EACH_YEAR:
        # As `carbon_intensity` does, the last year of a country is carried forward.
        by_year = by_year.reindex(by_year.index.union(amounts.index)).ffill(limit_area="outside")
        charged_years = by_year.loc[amounts.index].dropna(axis="columns")
        # Without any run all years count alike, so that no country seems to have 0 g/kWh.
        weights = amounts[method] if amounts[method].any() else amounts[method] + 1
        values = charged_years.T @ weights / weights.sum()
    else:
        values = by_year.T[year].dropna()
    carbon = {**config["carbon"], "country": "World", "year": year}
    grid = read_grid(carbon, intensities, tables["per_capita_emissions"], amounts.index)
    names = country_names(intensities)
    charged = _charged(tables, method, values.to_numpy(), replace(footprint, configured=grid))
    charged = charged.assign(iso3=values.index, country=values.index.map(names))
    return charged.sort_values(["carbon_intensity_g_per_kwh", "country"], ignore_index=True)


def _charged(tables: Tables, method: str, g_per_kwh: Any, footprint: Footprint) -> pd.DataFrame:
    """Charge the runs of one method at one or more intensities, a row for each."""
    runs, grid = tables["training_runs"], footprint.configured
    kwh = {
        use: footprint.energy(use, amounts_by_method(use, runs)[method].sum())
        for use in (TRAINING, STORAGE)
    }
    emitted = {use: grid.emitted(energy, g_per_kwh) for use, energy in kwh.items()}
    return pd.DataFrame(
        {
            "carbon_intensity_g_per_kwh": g_per_kwh,
            **emitted[TRAINING],
            "storage_emissions_t": emitted[STORAGE]["emissions_t"],
        }
    ).assign(
        method=method,
        epochs=float(footprint.sections["training"]["epochs"]),
        kwh_per_epoch=footprint.energy_per_epoch.magnitude,
        pue=float(footprint.sections["training"]["pue_target"]),
        gas_basis=grid.gas_basis,
        energy_kwh=kwh[TRAINING],
    )


def country_names(intensities: pd.DataFrame) -> dict[str, str]:
    """Return the names of all countries by code."""
    return dict(zip(intensities["iso3"], intensities["country"], strict=True))
