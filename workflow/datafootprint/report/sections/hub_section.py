"""What the page says about the copies on the Hugging Face Hub."""

from typing import Any

import pandas as pd

from datafootprint.hub.hub_tables import FULL_COPY, PARTLY_ESTIMATED, REPORTED
from datafootprint.report.wording import GASES, subscript

#: Sizes that are not of the Hub, or not all.
ASSUMED = {FULL_COPY, PARTLY_ESTIMATED}


def hub_section(copies: pd.DataFrame) -> dict[str, Any] | None:
    """Build the context of `hub.html.j2`; energy and emissions are sums over what is known."""
    if copies.empty:
        return None
    running = copies.loc[copies["complete"].eq(False).fillna(False), "created_year"]
    return {
        "retrieved": copies["retrieved"].max(),
        "datasets": int(copies["datasets"].sum()),
        "energy_kwh": copies["energy_kwh"].sum(),
        "emissions_t": copies["emissions_t"].sum(),
        "gas": subscript(GASES[copies["gas_basis"].iloc[0]]),
        "assumed": bool(copies["size_basis"].isin(ASSUMED).any()),
        "running_year": None if running.empty else int(running.max()),
        "variants": by_variant(copies),
    }


def by_variant(copies: pd.DataFrame) -> pd.DataFrame:
    """Add up the years of each variant, the most frequent variant first."""
    variants = copies.assign(size_basis=copies["size_basis"].fillna("")).groupby("variant")
    columns = ["datasets", "gated", "storage_tb", "energy_kwh", "emissions_t"]
    totals = variants[columns].sum(min_count=1).assign(size=variants["size_basis"].agg(_size_words))
    return totals.sort_values("datasets", ascending=False, kind="stable").reset_index()


def _size_words(bases: pd.Series) -> str:
    """Say where the sizes of the years of a variant come from."""
    found = set(bases)
    if found & ASSUMED:
        return f"{'assumed' if found <= {FULL_COPY} else 'partly assumed'}: a full copy each"
    if found <= {""}:
        return ""
    return "from the Hub" if found == {REPORTED} else "from the Hub, where known"
