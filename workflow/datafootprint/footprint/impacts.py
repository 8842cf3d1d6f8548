"""Embodied emissions and water: impacts beside the electricity, shown apart from the totals."""

from collections.abc import Iterable, Mapping, Sequence

from datafootprint.tables import Row

HOURS_PER_YEAR = 8766.0
CASES = ("low", "central", "high")


def embodied_impacts(
    training: Iterable[Row], hours_per_run: float, utilisation: float, factors: Sequence[Row]
) -> list[Row]:
    """Charge each run with its part of the life of one GPU, or of an eighth of its server.

    t CO2e = runs x kg x hours per run / (life x 8766 h x utilisation) / 1000.

    Parameters
    ----------
    training : rows
        method, runs.
    hours_per_run : float
        Hours that a run occupies one GPU.
    utilisation : float
        Part of its life that a GPU works, above 0 up to 1; 1 gives a lower bound.
    factors : rows
        impact, low, central, high, source.

    Returns
    -------
    list of dict
        Rows of the table `additional_impacts`, in t CO2e.
    """
    by_impact = {row["impact"]: row for row in factors}
    life = by_impact["hardware_life"]
    return [
        {
            "method": row["method"],
            "impact": impact,
            **{
                case: row["runs"]
                * by_impact[impact][case]
                * hours_per_run
                / (life[case] * HOURS_PER_YEAR * utilisation)
                / 1000
                for case in CASES
            },
            "unit": "t CO2e",
            "source": by_impact[impact]["source"],
        }
        for row in training
        for impact in ("embodied_gpu", "embodied_server_eighth")
    ]


def water_impacts(
    tables: Mapping[str, Iterable[Row]], pue: Mapping[str, float], factors: Sequence[Row]
) -> list[Row]:
    """Multiply the energy of the equipment (without PUE) by the water used on site.

    Parameters
    ----------
    tables : mapping of str to rows
        `training` and `storage` -> method, energy_kwh.
    pue : mapping of str to float
        PUE contained in those energies.
    factors : rows
        impact, low, central, high, source.

    Returns
    -------
    list of dict
        Rows of the table `additional_impacts`, in m3.
    """
    (water,) = [row for row in factors if row["impact"] == "water_on_site"]
    return [
        {
            "method": row["method"],
            "impact": f"water_{name}",
            **{case: row["energy_kwh"] / pue[name] * water[case] / 1000 for case in CASES},
            "unit": "m3",
            "source": water["source"],
        }
        for name, rows in tables.items()
        for row in rows
    ]
