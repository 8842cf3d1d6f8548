"""Holding every printed value of the paper against the same value recomputed from its inputs.

The paper is "Stop Preaching and Start Practising Data Frugality" (arXiv 2602.19789). The check uses
the published inputs and factors only, whatever the configuration says.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from datafootprint.energy.epoch import FULL
from datafootprint.energy.gains import gain_of
from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import CarbonIntensity, Grid
from datafootprint.footprint.emissions import estimate_storage, estimate_training
from datafootprint.legacy_tables import Row
from datafootprint.literature.runs import estimate_runs, total_runs
from datafootprint.tables import records_of
from datafootprint.units import quantity

WHOLE, FLOOR, PERCENT = "to a whole number", "down to a whole number", "to a whole percent"
TWO, THREE = "to 2 decimals", "to 3 decimals"
ROUNDING: dict[str, Callable[[float], float]] = {
    WHOLE: round,
    PERCENT: round,
    FLOOR: math.floor,
    TWO: lambda value: round(value, 2),
    THREE: lambda value: round(value, 3),
}
#: Section 4.2: three runs of ten epochs of each model and subset.
EPOCHS_MEASURED = 30


@dataclass(frozen=True)
class Recomputed:
    """A recomputed quantity; without rounding it is an input."""

    value: float | None
    rounding: str = ""
    note: str | None = None


def check_published(
    values: Sequence[Row],
    counts: Sequence[Row],
    projection: Sequence[Row],
    publications: Iterable[Row],
    energy: Iterable[Row],
) -> list[Row]:
    """Recompute each printed value and say whether it comes out.

    Parameters
    ----------
    values : rows
        quantity, published, unit, place.
    counts, publications, energy : rows
        The published inputs.
    projection : rows
        The projection of the published counts by ordinary least squares.

    Returns
    -------
    list of dict
        The columns of the table `published_check`. `match` is `input` for a value that is not
        derived from anything; such a value must equal the one the workflow uses.

    Raises
    ------
    DatafootprintError
        If a value is not known here, or an input table disagrees with what is printed.
    """
    published = {row["quantity"]: row["published"] for row in values}
    known = {
        **_inputs(published, counts, publications, energy),
        **_usage(projection),
        **_estimate(published, projection, publications),
        **_measurements(published, energy),
    }
    rows = []
    for value in values:
        name = value["quantity"]
        if name not in known:
            raise DatafootprintError(f"values.csv: nothing is known about {name}.")
        recomputed = known[name]
        match = "input"
        if recomputed.rounding and recomputed.value is not None:
            rounded = ROUNDING[recomputed.rounding](recomputed.value)
            match = "yes" if math.isclose(rounded, value["published"], abs_tol=1e-9) else "no"
        elif recomputed.value not in (None, value["published"]):
            raise DatafootprintError(
                f"{name}: the paper prints {value['published']}, but the input table has "
                f"{recomputed.value}; correct the table of the dataset."
            )
        rows.append(
            {
                **value,
                "recomputed": recomputed.value,
                "rounding": recomputed.rounding,
                "match": match,
                "note": recomputed.note,
            }
        )
    return rows


def _inputs(
    published: Mapping[str, float],
    counts: Iterable[Row],
    publications: Iterable[Row],
    energy: Iterable[Row],
) -> dict[str, Recomputed]:
    known = {}
    for row in counts:
        for column in ("accepted", "mentioning", "trained"):
            if row[column] is not None:
                known[f"{column}_{row['year']}"] = Recomputed(row[column])
    for row in publications:
        known[f"publications_{row['year']}"] = Recomputed(row["publications"])
    for row in energy:
        name = _identifier(row["model"])
        known[f"{name}_parameters"] = Recomputed(row["parameters_million"])
        known[f"{name}_minutes_{row['subset']}"] = Recomputed(row["minutes_per_epoch"])
        known[f"{name}_kwh_{row['subset']}"] = Recomputed(row["kwh_per_epoch"])
        if (row["model"], row["subset"]) == ("ResNet-50", FULL):
            known["kwh_per_epoch"] = Recomputed(row["kwh_per_epoch"], note="ResNet-50 of Table 1.")
    notes = {
        "dataset_size": "Decimal gigabytes; the printed storage emissions exclude GiB.",
        "epochs": "The cited PyTorch example trains for 90.",
        "carbon_intensity": "IEA, world, 2024: CO2, printed as CO2e.",
        "carbon_intensity_experiments": "Ember and OWID, world, 2024: lifecycle CO2e.",
        "per_capita_emissions": "Fossil CO2 a head (OWID), printed as CO2e.",
        "storage_intensity": None,
        "hub_datasets": "Counted on the Hugging Face Hub on 2025-12-01.",
        "hub_datasets_imagenet_1k": "Counted on the Hugging Face Hub on 2025-12-01.",
        "hub_downloads_imagenet_1k": "Printed as 'over 2.5 million'; the exact sum is not given.",
        "bias_experiment_energy": None,
    }
    return known | {name: Recomputed(None, note=note) for name, note in notes.items()}


def _usage(projection: Sequence[Row]) -> dict[str, Recomputed]:
    """Table 2: shares to three decimals; projected counts are unrounded share times accepted."""
    known = {}
    for row in projection:
        for share in ("mentioning_share", "trained_share"):
            known[f"{share}_{row['year']}"] = Recomputed(row[share], THREE)
        if row["kind"] == "projected":
            for count in ("mentioning", "trained"):
                known[f"{count}_{row['year']}"] = Recomputed(row[count], WHOLE)
    return known


def _estimate(
    published: Mapping[str, float], projection: Sequence[Row], publications: Iterable[Row]
) -> dict[str, Recomputed]:
    """Table 3 and the headline, by the method `as_published`."""
    table = estimate_runs(pd.DataFrame(projection), pd.DataFrame(publications))
    table = table[table["method"] == "as_published"]
    runs = records_of(table)
    total = total_runs(table)["as_published"]
    first, last = min(row["year"] for row in runs), max(row["year"] for row in runs)
    known = {
        f"training_runs_{row['year']}": Recomputed(
            row["runs"],
            FLOOR,
            f"Publications of {row['year']} times the share of {first + last - row['year']}.",
        )
        for row in runs
    }
    intensity = CarbonIntensity(
        dict.fromkeys(range(first, last + 1), published["carbon_intensity"]), "co2", "paper"
    )
    grid = Grid(intensity, quantity(published["per_capita_emissions"], "tonne_co2 / person"))
    energy_per_epoch = quantity(published["kwh_per_epoch"], "kWh / epoch")
    (training,) = records_of(estimate_training(table, published["epochs"], energy_per_epoch, grid))
    storage_factors = {
        "copies_per_run": 1,
        "kwh_per_tb_year": published["storage_intensity"],
        "years": 1,
    }
    (storage,) = records_of(
        estimate_storage(table, storage_factors, published["dataset_size"], grid)
    )
    printed_kwh = published["training_runs"] * published["epochs"] * published["kwh_per_epoch"]
    return known | {
        "training_runs": Recomputed(total, FLOOR, "The products are added up before the floor."),
        "training_runs_sum_of_row": Recomputed(
            math.fsum(math.floor(row["runs"]) for row in runs),
            WHOLE,
            "The printed cells of Table 3, each rounded down, add up to 5 fewer than the headline.",
        ),
        "training_emissions": Recomputed(
            training["emissions_t"],
            WHOLE,
            f"Of {training['energy_kwh']:,.1f} kWh for {total:,.3f} runs; with the printed "
            f"{published['training_runs']:,.0f} runs it is {printed_kwh:,.1f} kWh, to the same "
            "tonne. The printed equation for the energy is missing from the text version.",
        ),
        "training_person_equivalents": Recomputed(training["person_equivalents"], WHOLE),
        "storage_emissions": Recomputed(
            storage["emissions_t"],
            WHOLE,
            f"Of {storage['energy_kwh']:,.1f} kWh; the printed equation is missing from the text "
            "version.",
        ),
        "storage_person_equivalents": Recomputed(storage["person_equivalents"], WHOLE),
        "hub_downloads_per_run": Recomputed(
            published["hub_downloads_imagenet_1k"] / total,
            WHOLE,
            "2.5 million downloads give 54; 55 needs at least 2,516,769, which 'over 2.5 million' "
            "allows.",
        ),
    }


def _measurements(published: Mapping[str, float], energy: Iterable[Row]) -> dict[str, Recomputed]:
    """Gains of Table 1 and the paper's own footprint."""
    table = list(energy)
    full = {row["model"]: row for row in table if row["subset"] == FULL}
    pruned = {row["model"]: row for row in table if row["subset"] == "pruned_25"}
    known = {}
    for gain, column in (("time_gain", "minutes_per_epoch"), ("energy_gain", "kwh_per_epoch")):
        gains = {m: 100 * gain_of(full[m][column], pruned[m][column]) for m in full}
        for model, percent in gains.items():
            known[f"{_identifier(model)}_{gain}"] = Recomputed(percent, PERCENT)
        known[f"{gain}_min"] = Recomputed(min(gains.values()), PERCENT)
        known[f"{gain}_max"] = Recomputed(max(gains.values()), PERCENT)
    hours = EPOCHS_MEASURED * math.fsum(row["minutes_per_epoch"] for row in table) / 60
    kwh = EPOCHS_MEASURED * math.fsum(row["kwh_per_epoch"] for row in table)
    g_per_kwh = published["carbon_intensity_experiments"]
    bias_kwh = published["bias_experiment_energy"]
    return known | {
        "experiments_duration": Recomputed(
            hours, TWO, "Minutes are printed to 0.1, which leaves 0.15 h of play."
        ),
        "experiments_energy": Recomputed(kwh, TWO),
        "experiments_emissions": Recomputed(round(kwh, 2) * g_per_kwh / 1000, TWO),
        "bias_experiment_emissions": Recomputed(bias_kwh * g_per_kwh, WHOLE),
        "total_emissions": Recomputed((round(kwh, 2) + bias_kwh) * g_per_kwh / 1000, TWO),
    }


def _identifier(model: str) -> str:
    return model.lower().replace("-", "_")
