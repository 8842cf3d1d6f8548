"""Carbon intensity of electricity for each year, and the emissions of a person to compare with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.units import quantity

#: The table by country and year counts lifecycle greenhouse gases.
TABLE_GAS_BASIS = "co2e"
EACH_YEAR = "each"


@dataclass(frozen=True)
class Grid:
    """The electricity of the runs, and the person whose emissions are compared with it."""

    g_per_kwh: dict[int, float]  # by year of the run
    gas_basis: str  # co2 or co2e
    source: str  # with the years that are carried forward
    per_person: Any = None  # annual emissions of the same gas, in tonnes / person

    def mean(self, energy: Any, years: Iterable[int]) -> Any:
        """Return the mean in g/kWh weighted by energy of shape (years, worlds); 0 without any."""
        by_year = np.array([self.g_per_kwh[year] for year in years])
        if (by_year == by_year[0]).all():
            return np.full(energy.shape[1:], by_year[0])
        total = energy.sum(axis=0)
        weighted = (energy * by_year.reshape(-1, *[1] * (energy.ndim - 1))).sum(axis=0)
        return np.divide(weighted, total, out=np.zeros_like(total), where=total > 0)

    def tonnes(self, energy_kwh: Any, g_per_kwh: Any) -> Any:
        """Return the emissions of an energy, or an array, as a quantity in tonnes of the gas."""
        intensity = quantity(g_per_kwh, f"gram_{self.gas_basis} / kWh")
        return (quantity(energy_kwh, "kWh") * intensity).to(f"tonne_{self.gas_basis}")

    def emitted(self, energy_kwh: Any, g_per_kwh: Any) -> dict[str, Any]:
        """Return emissions_t and person_equivalents of an energy, or of an array."""
        emissions = self.tonnes(energy_kwh, g_per_kwh)
        people = (emissions / self.per_person).to("person").magnitude
        return {"emissions_t": emissions.magnitude, "person_equivalents": people}

    def emitted_by_years(
        self, energy_kwh: Any, years: Iterable[int], siting: Any = 1.0
    ) -> dict[str, Any]:
        """Add up energy of shape (years, worlds), and return its emissions as `emitted` does.

        Each year has its intensity, times `siting`; their mean over the energy is returned as well.
        """
        total, g_per_kwh = energy_kwh.sum(axis=0), self.mean(energy_kwh, years)
        emissions = self.emitted(total, g_per_kwh * siting)
        return {"energy_kwh": total, "carbon_intensity_g_per_kwh": g_per_kwh, **emissions}


def read_grid(
    carbon: Mapping[str, Any],
    intensities: pd.DataFrame,
    per_capita: pd.DataFrame,
    years: Iterable[int],
) -> Grid:
    """Find the intensity of each year, and the emissions of a person of the same gas.

    `per_capita_t` of the section `carbon` replaces the table.
    """
    grid = carbon_intensity(carbon, intensities, years)
    tonnes = carbon["per_capita_t"]
    if tonnes is None:
        tonnes = per_capita.set_index("gas_basis").loc[grid.gas_basis, "t_per_person"]
    person = quantity(float(tonnes), f"tonne_{grid.gas_basis} / person")
    return replace(grid, per_person=person)


def carbon_intensity(carbon: Mapping[str, Any], table: pd.DataFrame, years: Iterable[int]) -> Grid:
    """Find the intensity of each year, by the section `carbon`: a country replaces the number.

    With ``year: each``, years after the last of the table carry it forward, and the source says so.
    """
    country, chosen = carbon["country"], carbon["year"]
    years = sorted({int(year) for year in years})
    if country is None:
        by_year = dict.fromkeys(years, float(carbon["intensity_g_per_kwh"]))
        return Grid(by_year, carbon["gas_basis"], "carbon.intensity_g_per_kwh")
    own = table[table["iso3"] == country].set_index("year")["g_per_kwh"].to_dict()
    last, source = max(own), f"{country} {chosen}, Ember and OWID"
    charged = dict.fromkeys(years, chosen)
    if chosen == EACH_YEAR:
        charged = {year: min(year, last) for year in years}
        source = f"{country}, each run's year, Ember and OWID"
        if years[-1] > last:
            carried = ", ".join(str(year) for year in years if year > last)
            source += f"; {last} carried forward to {carried}"
    missing = sorted(set(charged.values()) - set(own))
    if missing:
        raise DatafootprintError(
            f"carbon.country {country}: no intensity for {', '.join(map(str, missing))}; "
            "use carbon.year with a year it has, or World."
        )
    return Grid({year: own[charged[year]] for year in years}, TABLE_GAS_BASIS, source)
