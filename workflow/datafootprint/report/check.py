"""Compare each value that the paper prints with the same value recomputed from its inputs.

The paper is "Stop Preaching and Start Practising Data Frugality" (arXiv 2602.19789). The check uses
the published inputs and factors only, whatever the configuration says.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.energy import FULL
from datafootprint.energy.gains import gain_of
from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import CarbonIntensity, Grid
from datafootprint.footprint.emissions import Footprint
from datafootprint.literature.runs import estimate_runs
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
#: Printed values that nothing recomputes, with what to know about them.
NOTES = {
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


@dataclass(frozen=True)
class Recomputed:
    """A recomputed quantity; without rounding it is an input."""

    value: Any
    rounding: str = ""
    note: str | None = None

    def match(self, quantity: str, published: float) -> str:
        """Say whether the rounded value is the published one."""
        if self.rounding and self.value is not None:
            rounded = ROUNDING[self.rounding](self.value)
            return "yes" if math.isclose(rounded, published, abs_tol=1e-9) else "no"
        if self.value not in (None, published):
            raise DatafootprintError(
                f"{quantity}: the paper prints {published}, but the input table has {self.value}; "
                "correct the table of the dataset."
            )
        return "input"


def check_published(
    values: pd.DataFrame,
    counts: pd.DataFrame,
    projection: pd.DataFrame,
    publications: pd.DataFrame,
    energy: pd.DataFrame,
) -> pd.DataFrame:
    """Return the table `PublishedCheck`: each printed value recomputed, and whether it is the same.

    `match` is `input` for a value that is not derived from anything; such a value must equal the
    one the workflow uses. All tables are the published ones; the projection is by least squares.
    """
    published = values.set_index("quantity")["published"]
    known = {
        **_inputs(counts, publications, energy),
        **_usage(projection),
        **_estimate(published, projection, publications),
        **_measurements(published, energy),
    }
    unknown = published.index.difference(list(known))
    if len(unknown):
        raise DatafootprintError(f"values.csv: {unknown[0]} is a quantity that no check knows.")
    rows = [
        {
            **row,
            **vars(known[row["quantity"]]),
            "match": known[row["quantity"]].match(row["quantity"], row["published"]),
        }
        for row in records_of(values)
    ]
    return pd.DataFrame(rows).rename(columns={"value": "recomputed"})


def _inputs(
    counts: pd.DataFrame, publications: pd.DataFrame, energy: pd.DataFrame
) -> dict[str, Recomputed]:
    known = {name: Recomputed(None, note=note) for name, note in NOTES.items()}
    for column in ("accepted", "mentioning", "trained"):
        for year, papers in counts.set_index("year")[column].dropna().to_dict().items():
            known[f"{column}_{year}"] = Recomputed(papers)
    for year, found in publications.set_index("year")["publications"].to_dict().items():
        known[f"publications_{year}"] = Recomputed(found)
    for row in records_of(energy):
        name = _identifier(row["model"])
        known[f"{name}_parameters"] = Recomputed(row["parameters_million"])
        known[f"{name}_minutes_{row['subset']}"] = Recomputed(row["minutes_per_epoch"])
        known[f"{name}_kwh_{row['subset']}"] = Recomputed(row["kwh_per_epoch"])
        if (row["model"], row["subset"]) == ("ResNet-50", FULL):
            known["kwh_per_epoch"] = Recomputed(row["kwh_per_epoch"], note="ResNet-50 of Table 1.")
    return known


def _usage(projection: pd.DataFrame) -> dict[str, Recomputed]:
    """Table 2: shares to three decimals; projected counts are unrounded share times accepted."""
    known = {}
    for row in records_of(projection):
        for share in ("mentioning_share", "trained_share"):
            known[f"{share}_{row['year']}"] = Recomputed(row[share], THREE)
        if row["kind"] == "projected":
            for count in ("mentioning", "trained"):
                known[f"{count}_{row['year']}"] = Recomputed(row[count], WHOLE)
    return known


def _estimate(
    published: pd.Series, projection: pd.DataFrame, publications: pd.DataFrame
) -> dict[str, Recomputed]:
    """Table 3 and the headline, by the method `as_published`."""
    runs = estimate_runs(projection, publications)
    runs = runs[runs["method"] == "as_published"]
    by_year = runs.set_index("year")["runs"]
    total, years = by_year.sum(), by_year.index
    known = {
        f"training_runs_{year}": Recomputed(
            of_year,
            FLOOR,
            f"Publications of {year} times the share of {years.min() + years.max() - year}.",
        )
        for year, of_year in by_year.to_dict().items()
    }
    intensity = CarbonIntensity(dict.fromkeys(years, published["carbon_intensity"]), "co2", "paper")
    grid = Grid(intensity, quantity(published["per_capita_emissions"], "tonne_co2 / person"))
    energy_per_epoch = quantity(published["kwh_per_epoch"], "kWh / epoch")
    storage_factors = {
        "copies_per_run": 1,
        "kwh_per_tb_year": published["storage_intensity"],
        "years": 1,
    }
    footprint = Footprint(
        training={"epochs": published["epochs"]},
        storage=storage_factors,
        size_gb=published["dataset_size"],
        energy_per_epoch=energy_per_epoch,
        configured=grid,
    )
    training = footprint.of_training(runs, grid).iloc[0]
    storage = footprint.of_storage(runs, grid).iloc[0]
    printed_kwh = published["training_runs"] * published["epochs"] * published["kwh_per_epoch"]
    return known | {
        "training_runs": Recomputed(total, FLOOR, "The products are added up before the floor."),
        "training_runs_sum_of_row": Recomputed(
            np.floor(by_year).sum(),
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


def _measurements(published: pd.Series, energy: pd.DataFrame) -> dict[str, Recomputed]:
    """Gains of Table 1 and the paper's own footprint."""
    known = {}
    for gain, column in (("time_gain", "minutes_per_epoch"), ("energy_gain", "kwh_per_epoch")):
        by_subset = energy.pivot(index="model", columns="subset", values=column)
        gains = 100 * gain_of(by_subset[FULL], by_subset["pruned_25"])
        for model, percent in gains.to_dict().items():
            known[f"{_identifier(model)}_{gain}"] = Recomputed(percent, PERCENT)
        known[f"{gain}_min"] = Recomputed(gains.min(), PERCENT)
        known[f"{gain}_max"] = Recomputed(gains.max(), PERCENT)
    hours = EPOCHS_MEASURED * energy["minutes_per_epoch"].sum() / 60
    kwh = EPOCHS_MEASURED * energy["kwh_per_epoch"].sum()
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
