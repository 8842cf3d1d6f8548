"""What the page says about the published estimate: from its own inputs, whatever is configured."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.literature.runs import estimate_runs, runs_by_method
from datafootprint.tables import records_of


def paper_section(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any] | None:
    """Build the context of `paper.html.j2`, None for a dataset that the paper is not about.

    `same_runs` is whether the runs of the configuration are those of the published inputs.
    """
    check, projection = tables["published_check"], tables["published_projection"]
    if check.empty:
        return None
    counts = projection.loc[projection["kind"] == "observed", ["accepted", "mentioning", "trained"]]
    published = estimate_runs(projection, tables["published_publications"])
    runs = runs_by_method(published).sum()
    configured = runs_by_method(tables["training_runs"]).sum()[runs.index]
    order = check["match"].map({"no": 0, "yes": 1, "input": 2})
    return {
        "check": check.loc[order.sort_values(kind="stable").index],
        "counted": counts.sum().astype(int).to_dict(),
        "publications": published.drop_duplicates("year")["publications"].sum(),
        "printed": check.set_index("quantity")["published"].to_dict(),
        "derived": int((check["match"] != "input").sum()),
        "differing": records_of(check[check["match"] == "no"]),
        "mirrored": mirrored_years(published),
        "runs": runs.to_dict(),
        "same_runs": bool(np.allclose(configured, runs, rtol=1e-9, atol=0)),
    }


def mirrored_years(published_runs: pd.DataFrame) -> pd.DataFrame:
    """Pair the share that the published arithmetic uses in a year with that of the year itself."""
    by_method = published_runs.set_index("year").groupby("method")["trained_share"]
    rows = published_runs[published_runs["method"] == "as_published"]
    rows = rows.rename(columns={"trained_share": "share_used"})
    mirror = rows["year"].min() + rows["year"].max() - rows["year"]
    due = rows["year"].map(by_method.get_group("year_aligned"))
    return rows.assign(mirror=mirror, share_due=due)
