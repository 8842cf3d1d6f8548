"""What the page says about the papers that were read one by one."""

from typing import Any

import pandas as pd

from datafootprint.usage.classification_check import ANY_VARIANT, MENTIONING, REFERENCES_ONLY, WHOLE
from datafootprint.usage.correction import wilson


def papers_read_section(check: pd.DataFrame) -> dict[str, Any] | None:
    """Build the context of `papers_read.html.j2` from the table `classification_check`."""
    if check.empty:
        return None
    read = check.groupby("quantity")["read"].sum()
    is_inside = check["published"].between(check["low"], check["high"])
    return {
        "years": check["year"].unique().tolist(),
        "mentioning": read[MENTIONING],
        "references_only": read[REFERENCES_ONLY],
        "any_variant": read[ANY_VARIANT],
        "whole": read[WHOLE],
        "share": (read[WHOLE] / read[ANY_VARIANT], *wilson(read[WHOLE], read[ANY_VARIANT])),
        "inside": bool((is_inside | check["published"].isna()).all()),
    }
