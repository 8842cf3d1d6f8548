"""Compare each value that the paper prints with the same value recomputed from its inputs.

The paper is "Stop Preaching and Start Practising Data Frugality" (arXiv 2602.19789). The check uses
the published inputs and factors only, whatever the configuration says.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.energy import FULL
from datafootprint.energy.gains import gain_of
from datafootprint.errors import DatafootprintError
from datafootprint.footprint.carbon import Grid
from datafootprint.footprint.emissions import Footprint
from datafootprint.footprint.footprint_tables import STORAGE, TRAINING
from datafootprint.literature.runs import estimate_runs
from datafootprint.report.report_tables import PublishedCheck
from datafootprint.tables import check_table, records_of, table_of
from datafootprint.units import quantity

#: How a printed value is rounded; one that is not derived from others is an input, and is not.
ROUNDING: dict[str, Callable[[float], float]] = {
    "to a whole number": round,
    "to a whole percent": round,
    "down to a whole number": math.floor,
    "to 2 decimals": lambda value: round(value, 2),
    "to 3 decimals": lambda value: round(value, 3),
}
#: Section 4.2: three runs of ten epochs of each model and subset.
EPOCHS_MEASURED = 30
#: Printed values that nothing recomputes.
ONLY_PRINTED = [
    *("dataset_size", "epochs", "carbon_intensity", "carbon_intensity_experiments"),
    *("per_capita_emissions", "storage_intensity", "bias_experiment_energy"),
    *("hub_datasets", "hub_datasets_imagenet_1k", "hub_downloads_imagenet_1k"),
]


def check_published(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the table `PublishedCheck`: each printed value recomputed, and whether it is the same.

    `match` is `input` for a value that is not derived from anything; such a value must equal the
    one the workflow uses. `tables` are `values`, and those called `published_<name>`; the
    projection is by least squares. A dataset without printed values has no row.
    """
    values, projection = tables["values"], tables["published_projection"]
    if values.empty:
        return table_of([], PublishedCheck)
    publications = tables["published_publications"]
    published = values.set_index("quantity")["published"]
    recomputed: dict[str, float | None] = {
        **dict.fromkeys(ONLY_PRINTED),
        **_by_year(tables["published_usage_counts"], "accepted", "mentioning", "trained"),
        **_by_year(publications, "publications"),
        **_by_year(projection, "mentioning_share", "trained_share"),
        **_by_year(projection[projection["kind"] == "projected"], "mentioning", "trained"),
        **_estimate(published, projection, publications),
        **_measurements(published, tables["published_energy_per_epoch"]),
    }
    unknown = published.index.difference(list(recomputed))
    if len(unknown):
        raise DatafootprintError(f"values.csv: {unknown[0]} is a quantity that no check knows.")
    found = values.assign(recomputed=values["quantity"].map(recomputed))
    found = found.assign(match=[_match(row) for row in records_of(found)])
    return check_table(found, PublishedCheck, "published_check")


def _match(row: dict[str, Any]) -> str:
    if row["rounding"]:
        rounded = ROUNDING[row["rounding"]](row["recomputed"])
        return "yes" if math.isclose(rounded, row["published"], abs_tol=1e-9) else "no"
    if row["recomputed"] not in (None, row["published"]):
        raise DatafootprintError(
            f"{row['quantity']}: the paper prints {row['published']:.15g}, but the input table has "
            f"{row['recomputed']:.15g}; correct the table of the dataset."
        )
    return "input"


def _by_year(table: pd.DataFrame, *columns: str) -> dict[str, float]:
    """Return the known values of columns, `accepted_2017`."""
    by_year = table.set_index("year")
    return {
        f"{column}_{year}": value
        for column in columns
        for year, value in by_year[column].dropna().to_dict().items()
    }


def _estimate(
    published: pd.Series, projection: pd.DataFrame, publications: pd.DataFrame
) -> dict[str, float]:
    """Recompute Table 3 and the headline, by the method `as_published`."""
    runs = estimate_runs(projection, publications)
    runs = runs[runs["method"] == "as_published"]
    total = runs["runs"].sum()
    by_year = dict.fromkeys(runs["year"], published["carbon_intensity"])
    per_person = quantity(published["per_capita_emissions"], "tonne_co2 / person")
    grid = Grid(by_year, "co2", "paper", per_person)
    kept = {"kwh_per_tb_year": published["storage_intensity"], "copies_per_run": 1, "years": 1}
    sections = {
        "training": {"epochs": published["epochs"]},
        "storage": kept,
        "dataset": {"size_gb": published["dataset_size"]},
    }
    footprint = Footprint(sections, quantity(published["kwh_per_epoch"], "kWh / epoch"), grid)
    training = footprint.totals(TRAINING, runs).iloc[0]
    storage = footprint.totals(STORAGE, runs).iloc[0]
    return {
        **_by_year(runs.rename(columns={"runs": "training_runs"}), "training_runs"),
        "training_runs": total,
        "training_runs_sum_of_row": np.floor(runs["runs"]).sum(),
        "training_emissions": training["emissions_t"],
        "training_person_equivalents": training["person_equivalents"],
        "storage_emissions": storage["emissions_t"],
        "storage_person_equivalents": storage["person_equivalents"],
        "hub_downloads_per_run": published["hub_downloads_imagenet_1k"] / total,
    }


def _measurements(published: pd.Series, energy: pd.DataFrame) -> dict[str, float]:
    """Recompute Table 1, its gains, and the paper's own footprint."""
    names = energy["model"].str.lower().str.replace("-", "_")
    table = energy.assign(model=names)
    known = table.set_index(names + "_parameters")["parameters_million"].to_dict()
    for short, column, gain in (
        ("minutes", "minutes_per_epoch", "time_gain"),
        ("kwh", "kwh_per_epoch", "energy_gain"),
    ):
        known |= table.set_index(names + f"_{short}_" + table["subset"])[column].to_dict()
        by_subset = table.pivot(index="model", columns="subset", values=column)
        gains = 100 * gain_of(by_subset[FULL], by_subset["pruned_25"])
        known |= {f"{model}_{gain}": percent for model, percent in gains.to_dict().items()}
        known |= {f"{gain}_min": gains.min(), f"{gain}_max": gains.max()}
    kwh = EPOCHS_MEASURED * energy["kwh_per_epoch"].sum()
    g_per_kwh = published["carbon_intensity_experiments"]
    bias_kwh = published["bias_experiment_energy"]
    return known | {
        "kwh_per_epoch": known["resnet_50_kwh_full"],
        "experiments_duration": EPOCHS_MEASURED * energy["minutes_per_epoch"].sum() / 60,
        "experiments_energy": kwh,
        "experiments_emissions": round(kwh, 2) * g_per_kwh / 1000,
        "bias_experiment_emissions": bias_kwh * g_per_kwh,
        "total_emissions": (round(kwh, 2) + bias_kwh) * g_per_kwh / 1000,
    }
