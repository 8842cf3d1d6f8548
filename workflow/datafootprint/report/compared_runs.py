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
#: Characters of a setting that a table for people shows.
LONGEST = 60


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
    both = pd.concat([_points(folder) for folder in folders], axis=1, keys=["own", "other"])
    rows: list[tuple[Any, ...]] = []
    for row in records_of(both.reset_index()):
        ratio = row["own"] / row["other"] if row["own"] is not None and row["other"] else None
        values = ("" if row[name] is None else f"{row[name]:.15g}" for name in ("own", "other"))
        rows.append((RESULT, row["method"], row["name"], *values, ratio))
    mine, others = (yaml.safe_load((one / SETTINGS.name).read_bytes()) for one in folders)
    changed = _named(differing_keys(mine, others), mine)
    back = _named(differing_keys(others, mine), others)
    for key in sorted({*changed, *back} - {"compare"}):
        if (own_value := changed.get(key, "")) != (value := back.get(key, "")):
            rows.append((SETTING, "", key, own_value, value, None))
    return table_of(rows, Compared)


def compared_table(compared: pd.DataFrame) -> TextTable:
    """Lay out what differs for people, without results that are the same; long settings are cut."""
    shown = compared[compared["this_run"] != compared["other_run"]]
    columns = ["this_run", "other_run"]
    is_result = shown["kind"] == RESULT
    numbers = shown.loc[is_result, columns].replace("", None).astype(float)
    settings = shown.loc[~is_result, columns]
    settings = settings.map(
        lambda text: f"{text[:LONGEST]}\N{HORIZONTAL ELLIPSIS}" if len(text) > LONGEST else text
    )
    cells = pd.concat([numbers.map(rounded, "ignore"), settings])
    return laid_out("compared", cells.combine_first(shown)[[*shown]])


def _named(differing: Mapping[str, str], settings: Mapping[str, Any]) -> dict[str, str]:
    """Call the files of the dataset by what they are, wherever its folder is."""
    dataset = settings["dataset"]
    files = {"folder": dataset["folder"], **dataset["tables"]}
    names = {json.dumps(path, ensure_ascii=False): name for name, path in files.items() if path}
    return {key: names.get(value, value) for key, value in differing.items()}


def _points(folder: Path) -> pd.Series:
    table = read_table(folder / "uncertainty.csv", Uncertainty)
    table = table.drop_duplicates(["method", "quantity"])
    gas = table["gas_basis"].map(lambda basis: f" ({basis})", na_action="ignore").fillna("")
    table = table.assign(name=table["quantity"] + gas)
    return table.set_index(["method", "name"])["point"]
