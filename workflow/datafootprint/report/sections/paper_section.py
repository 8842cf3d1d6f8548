"""What the page says about the published estimate: from its own inputs, whatever is configured."""

from typing import Any

import numpy as np
import pandas as pd

from datafootprint.tables import records_of


def paper_section(
    check: pd.DataFrame, published_runs: pd.DataFrame, training_runs: pd.DataFrame
) -> dict[str, Any]:
    """Build the context of `paper.html.j2`.

    `published_runs` are the training runs of the published inputs, `training_runs` those of the
    configuration; `same_runs` is whether they are the same.
    """
    runs = published_runs.groupby("method")["runs"].sum()
    configured = training_runs.groupby("method")["runs"].sum()
    return {
        "check": records_of(check),
        "printed": check.set_index("quantity")["published"].to_dict(),
        "derived": records_of(check[check["match"] != "input"]),
        "differing": records_of(check[check["match"] == "no"]),
        "mirrored": mirrored_years(published_runs),
        "runs": runs.to_dict(),
        "same_runs": bool(np.allclose(configured, runs[configured.index], rtol=1e-9, atol=0)),
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
