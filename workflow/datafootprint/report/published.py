"""What the report says of the published estimate: from its own inputs, whatever is configured."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from datafootprint.legacy_tables import Row
from datafootprint.literature.runs import total_runs


def published_context(
    check: Sequence[Row], published_runs: Sequence[Row], training_runs: Sequence[Row]
) -> dict[str, Any]:
    """Gather what the sections about the paper show.

    Parameters
    ----------
    check : rows
        The table `published_check`.
    published_runs : rows
        Training runs from the published inputs, in the columns of the table `training_runs`.
    training_runs : rows
        Those of the configuration.

    Returns
    -------
    dict
        check, printed (quantity -> printed value), derived and differing (rows of check),
        mirrored (see `mirrored_years`), runs (method -> total), same_runs (whether the
        configuration comes to the runs of the published inputs).
    """
    runs = total_runs(pd.DataFrame(published_runs))
    return {
        "check": check,
        "printed": {row["quantity"]: row["published"] for row in check},
        "derived": [row for row in check if row["match"] != "input"],
        "differing": [row for row in check if row["match"] == "no"],
        "mirrored": mirrored_years(published_runs),
        "runs": runs,
        "same_runs": all(
            math.isclose(total, runs[method])
            for method, total in total_runs(pd.DataFrame(training_runs)).items()
        ),
    }


def mirrored_years(published_runs: Sequence[Row]) -> list[dict[str, Any]]:
    """Pair what the published arithmetic multiplies in a year with what belongs there."""
    shares: dict[str, dict[int, Row]] = {}
    for row in published_runs:
        shares.setdefault(row["method"], {})[row["year"]] = row
    published, aligned = shares["as_published"], shares["year_aligned"]
    first, last = min(published), max(published)
    return [
        {
            "year": year,
            "publications": row["publications"],
            "mirror": first + last - year,
            "share_used": row["trained_share"],
            "share_due": aligned[year]["trained_share"],
        }
        for year, row in sorted(published.items())
    ]
