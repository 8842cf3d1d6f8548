"""What the page says about the published estimate: from its own inputs, whatever is configured."""

from typing import Any

import numpy as np
import pandas as pd

from datafootprint.report.text_tables import TextTable, cells
from datafootprint.tables import records_of


def paper_section(
    check: pd.DataFrame,
    projection: pd.DataFrame,
    published_runs: pd.DataFrame,
    training_runs: pd.DataFrame,
) -> dict[str, Any]:
    """Build the context of `paper.html.j2`.

    `projection` and `published_runs` come from the published inputs, `training_runs` from the
    configuration; `same_runs` is whether the runs are the same.
    """
    counts = projection.loc[projection["kind"] == "observed", ["accepted", "mentioning", "trained"]]
    mirrored = mirrored_years(published_runs)
    runs = published_runs.groupby("method")["runs"].sum()
    configured = training_runs.groupby("method")["runs"].sum()[runs.index]
    return {
        "check": records_of(check),
        "check_table": check_table(check),
        "counted": counts.sum().astype(int).to_dict(),
        "publications": published_runs.drop_duplicates("year")["publications"].sum(),
        "printed": check.set_index("quantity")["published"].to_dict(),
        "derived": records_of(check[check["match"] != "input"]),
        "differing": records_of(check[check["match"] == "no"]),
        "mirrored": mirrored,
        "mirrored_table": mirrored_table(mirrored),
        "runs": runs.to_dict(),
        "same_runs": bool(np.allclose(configured, runs, rtol=1e-9, atol=0)),
    }


def mirrored_years(published_runs: pd.DataFrame) -> list[dict[str, Any]]:
    """Pair the share that the published arithmetic uses in a year with that of the year itself."""
    is_published = published_runs["method"] == "as_published"
    aligned = published_runs[published_runs["method"] == "year_aligned"].set_index("year")
    rows = published_runs[is_published].rename(columns={"trained_share": "share_used"})
    years = rows["year"]
    return records_of(
        rows.assign(
            mirror=years.min() + years.max() - years,
            share_due=years.map(aligned["trained_share"]),
        )
    )


def mirrored_table(mirrored: list[dict[str, Any]]) -> TextTable:
    """Lay out the share that the published arithmetic uses beside the share of the year."""
    rows = pd.DataFrame(mirrored)
    return TextTable(
        "The publications of each year, and the share that meets them in the paper",
        {
            "year": cells(rows["year"], str),
            "publications": cells(rows["publications"]),
            "share used": cells(rows["share_used"], "{:.3f}".format),
            "it belongs to": cells(rows["mirror"], str),
            "share of the year itself": cells(rows["share_due"], "{:.3f}".format),
        },
    )


def check_table(check: pd.DataFrame) -> TextTable:
    """Lay out every printed value beside the recomputed one, those that differ first."""
    order = check["match"].map({"no": 0, "yes": 1, "input": 2})
    rows = check.loc[order.sort_values(kind="stable").index]
    return TextTable(
        "Printed values beside the recomputed ones; those that differ come first",
        {
            "quantity": rows["quantity"].str.replace("_", " "),
            "printed": cells(rows["published"], "{:,.10g}".format),
            "unit": rows["unit"],
            "recomputed": cells(rows["recomputed"], "{:,.10g}".format),
            "rounded": rows["rounding"],
            "matches": rows["match"],
            "place": rows["place"],
        },
    )
