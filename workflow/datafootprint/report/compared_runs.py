"""Two runs side by side: what differs in their settings, and what that makes of the results."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from datafootprint.provenance import SETTINGS, differing_keys
from datafootprint.report.report_tables import Compared
from datafootprint.report.text_tables import TextTable, laid_out
from datafootprint.report.wording import rounded
from datafootprint.tables import read_table, records_of, table_of
from datafootprint.uncertainty.uncertainty_tables import Uncertainty

log = logging.getLogger(__name__)

RESULT, SETTING = "result", "setting"


def compare_runs(own: str | Path, other: str | Path) -> pd.DataFrame:
    """Return the table `Compared` of two folders of results: differing settings, and all points."""
    folders = (Path(own), Path(other))
    settings, ranges = (folders[1] / name for name in (SETTINGS.name, "uncertainty.csv"))
    if settings.stat().st_mtime > ranges.stat().st_mtime:
        log.warning(
            "%s changed after %s: if the last run there was for one target only, its ranges are of "
            "earlier settings; run snakemake there first.",
            *(settings, ranges),
        )
    mine, others = (yaml.safe_load((one / SETTINGS.name).read_bytes()) for one in folders)
    rows: list[tuple[Any, ...]] = []
    changed, back = differing_keys(mine, others), differing_keys(others, mine)
    my_files, other_files = _files_of_dataset(mine), _files_of_dataset(others)
    for key in sorted({*changed, *back} - {"compare"}):
        file = my_files.get(changed.get(key, ""))
        if file and file == other_files.get(back.get(key, "")):
            continue  # the same file of the dataset, seen from two folders
        rows.append((SETTING, "", key, changed.get(key, ""), back.get(key, ""), None))
    both = pd.concat([_points(folder) for folder in folders], axis=1, keys=["own", "other"])
    for row in records_of(both.reset_index()):
        ratio = row["own"] / row["other"] if row["own"] is not None and row["other"] else None
        values = ("" if row[name] is None else f"{row[name]:.15g}" for name in ("own", "other"))
        rows.append((RESULT, row["method"], row["name"], *values, ratio))
    return table_of(rows, Compared)


def compared_table(compared: pd.DataFrame) -> TextTable:
    """Lay out what differs for people; results that are the same are left out."""
    shown = compared[compared["this_run"] != compared["other_run"]]
    columns = ["this_run", "other_run"]
    results = shown.loc[shown["kind"] == RESULT, columns].replace("", None)
    numbers = results.astype(float)
    return laid_out("compared", numbers.map(rounded, "ignore").combine_first(shown)[[*shown]])


def _files_of_dataset(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what each path (JSON) of the dataset is: its folder, or the name of a table."""
    dataset = settings["dataset"]
    files = {"folder": dataset["folder"], **dataset["tables"]}
    return {json.dumps(path, ensure_ascii=False): name for name, path in files.items() if path}


def _points(folder: Path) -> pd.Series:
    table = read_table(folder / "uncertainty.csv", Uncertainty)
    table = table.drop_duplicates(["method", "quantity"])
    gas = table["gas_basis"].map(lambda basis: f" ({basis})", na_action="ignore").fillna("")
    table = table.assign(name=table["quantity"] + gas)
    return table.set_index(["method", "name"])["point"]
