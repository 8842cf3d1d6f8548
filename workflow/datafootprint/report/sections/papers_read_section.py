"""What the page says about the papers that were read one by one."""

from typing import Any

import pandas as pd

from datafootprint.report.text_tables import TextTable, cells
from datafootprint.usage.classification_check import ANY_VARIANT, MENTIONING, REFERENCES_ONLY, WHOLE
from datafootprint.usage.correction import wilson


def papers_read_section(check: pd.DataFrame) -> dict[str, Any] | None:
    """Build the context of `papers_read.html.j2` from the table `classification_check`."""
    if check.empty:
        return None
    read = check.groupby("quantity")["read"].sum()
    low, high = wilson(read[WHOLE], read[ANY_VARIANT])
    return {
        "years": check["year"].unique().tolist(),
        "mentioning": read[MENTIONING],
        "references_only": read[REFERENCES_ONLY],
        "any_variant": read[ANY_VARIANT],
        "whole": read[WHOLE],
        "share": (read[WHOLE] / read[ANY_VARIANT], low, high),
        "inside": (
            check["published"].isna() | check["published"].between(check["low"], check["high"])
        ).all(),
        "table": TextTable(
            "Papers as published and as read, with 95% score intervals",
            {
                "Year": cells(check["year"], str),
                "Papers": check["quantity"],
                "Published": cells(check["published"]),
                "Read": cells(check["read"]),
                "95%": cells(check["low"]) + " to " + cells(check["high"]),
                "Of": cells(check["of"]),
            },
        ),
    }
