"""Carbon intensity of electricity for each year, and the emissions of a person to compare with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.tables import Row, read_rows
from datafootprint.units import quantity

#: The table by country and year counts lifecycle greenhouse gases.
TABLE_GAS_BASIS = "co2e"
EACH_YEAR = "each"


@dataclass(frozen=True)
class CarbonIntensity:
    """Carbon intensity of electricity by year.

    Attributes
    ----------
    g_per_kwh : dict of int to float
        Year of the run -> intensity in g/kWh.
    gas_basis : str
        `co2` or `co2e`.
    source : str
        Where the intensity comes from, with the years that are carried forward.
    """

    g_per_kwh: dict[int, float]
    gas_basis: str
    source: str

    def of(self, year: int) -> Any:
        """Return the intensity of `year` as a quantity."""
        return quantity(self.g_per_kwh[year], f"gram_{self.gas_basis} / kWh")


def carbon_intensity(
    carbon: Mapping[str, Any], table: Iterable[Row], years: Sequence[int]
) -> CarbonIntensity:
    """Find the intensity of each year.

    Parameters
    ----------
    carbon : mapping
        The section `carbon` of the configuration: a country with a year replaces the number.
    table : rows
        iso3, country, year, g_per_kwh (lifecycle CO2e).
    years : sequence of int
        Years of the runs.

    Returns
    -------
    CarbonIntensity
        With ``year: each``, years after the last of the table carry it forward, and the source
        says so.

    Raises
    ------
    DatafootprintError
        If the table lacks the country, the year, or years before its first.
    """
    country, chosen = carbon["country"], carbon["year"]
    if country is None:
        typed = carbon["intensity_g_per_kwh"]
        return CarbonIntensity(
            dict.fromkeys(years, float(typed)), carbon["gas_basis"], "carbon.intensity_g_per_kwh"
        )
    own = {row["year"]: row["g_per_kwh"] for row in check_country_and_year(country, chosen, table)}
    if chosen != EACH_YEAR:
        return CarbonIntensity(
            dict.fromkeys(years, own[chosen]),
            TABLE_GAS_BASIS,
            f"{country} {chosen}, Ember and OWID",
        )
    last = max(own)
    missing = [year for year in years if year < last and year not in own]
    if missing:
        raise DatafootprintError(
            f"carbon.country {country}: no intensity for {', '.join(map(str, missing))}; "
            "use carbon.year with a year it has, or World."
        )
    source = f"{country}, each run's year, Ember and OWID"
    carried = [year for year in years if year > last]
    if carried:
        source += f"; {last} carried forward to {', '.join(map(str, carried))}"
    return CarbonIntensity({year: own[min(year, last)] for year in years}, TABLE_GAS_BASIS, source)


def check_carbon(carbon: Mapping[str, Any], factors: Path) -> None:
    """Refuse a country without a year, and a country or year that the table lacks.

    Parameters
    ----------
    carbon : mapping
        The section `carbon` of the configuration.
    factors : Path
        The folder with the table by country and year.

    Raises
    ------
    DatafootprintError
        For the first fault found.
    """
    if (carbon["country"] is None) != (carbon["year"] is None):
        missing, given = ("year", "country") if carbon["year"] is None else ("country", "year")
        raise DatafootprintError(
            f"config: carbon.{missing} is not set, but carbon.{given} is; set both or none."
        )
    if carbon["country"] is not None:
        table = read_rows(factors / "carbon_intensity_by_year.csv", "carbon_intensity_by_year")
        check_country_and_year(carbon["country"], carbon["year"], table)


def check_country_and_year(country: str, year: int | str, table: Iterable[Row]) -> list[Row]:
    """Return the rows of `country`.

    Raises
    ------
    DatafootprintError
        If the table lacks the country or, unless it is `each`, the year.
    """
    rows = list(table)
    own = [row for row in rows if row["iso3"] == country]
    if not own:
        codes = sorted({row["iso3"] for row in rows} - {"World"})
        raise DatafootprintError(
            f"config: carbon.country is {country!r}, but must be World or one of the ISO 3166-1 "
            f"alpha-3 codes {', '.join(codes)}."
        )
    years = [row["year"] for row in own]
    if year != EACH_YEAR and year not in years:
        raise DatafootprintError(
            f"config: carbon.year is {year!r}, but for {country} must be '{EACH_YEAR}' or a year "
            f"from {min(years)} to {max(years)}."
        )
    return own


def person_emissions(carbon: Mapping[str, Any], gas_basis: str, table: Iterable[Row]) -> Any:
    """Return the annual emissions of a person, of the same gas as the intensity.

    Parameters
    ----------
    carbon : mapping
        The section `carbon`; its `per_capita_t` replaces the table.
    gas_basis : str
        Gas of the intensity.
    table : rows
        gas_basis, t_per_person.

    Returns
    -------
    quantity in tonnes of that gas per person
    """
    tonnes = carbon["per_capita_t"]
    if tonnes is None:
        tonnes = next(row["t_per_person"] for row in table if row["gas_basis"] == gas_basis)
    return quantity(tonnes, f"tonne_{gas_basis} / person")
