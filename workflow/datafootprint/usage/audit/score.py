"""What an audited sample says: agreement, and the number of papers that truly trained."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.usage.audit.agreement import agreement
from datafootprint.usage.correction import unread_bounds
from datafootprint.usage.labels import Label
from datafootprint.usage.names import is_counted
from datafootprint.usage.observed import strata
from datafootprint.usage.usage_tables import COUNTED


def score_audit(
    sample: pd.DataFrame, usage: pd.DataFrame, counted: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Return the tables `audit_<name>`, by their names; rows that nobody labelled are left out."""
    usage = usage.assign(stratum=strata(usage, counted))
    audited = join_audit(sample, usage)
    return {
        "confusion": confusion(audited),
        "agreement": agreement(audited, usage["stratum"].value_counts()),
        "shares": corrected_counts(audited, usage, counted),
    }


def join_audit(sample: pd.DataFrame, usage: pd.DataFrame) -> pd.DataFrame:
    """Return the audited rows, each with the label and the stratum its paper has now."""
    labelled = sample[sample["human_label"].notna()].drop(columns=["label", "stratum"])
    if labelled.empty:
        raise DatafootprintError("usage.audit: no row has a human_label yet.")
    now = usage[["paper_id", "year", "label", "stratum"]]
    audited = labelled.merge(now, on=["paper_id", "year"], how="left")
    for _, paper in audited[audited["label"].isna()].iterrows():
        raise DatafootprintError(
            f"usage.audit: paper {paper['paper_id']} of {paper['year']} is not among the labelled "
            "papers; the sample was drawn from others."
        )
    return audited


def confusion(audited: pd.DataFrame) -> pd.DataFrame:
    """Count audited papers by the classifier's label and the person's; all pairs, also of 0."""
    pairs = pd.MultiIndex.from_product([list(Label)] * 2, names=["label", "human_label"])
    counts = audited.groupby(["label", "human_label"]).size()
    return counts.reindex(pairs, fill_value=0).rename("papers").reset_index()


def truly_trained(audited: pd.DataFrame, counted: Sequence[str]) -> pd.Series:
    """Tell which audited papers trained; a person who names no variant confirms it."""
    variant = audited["human_variant"].fillna(audited["variant"])
    on_counted = variant.map(lambda names: is_counted(names, counted)).astype(bool)
    return (audited["human_label"] == Label.TRAINED) & on_counted


def corrected_counts(
    audited: pd.DataFrame, usage: pd.DataFrame, counted: Sequence[str]
) -> pd.DataFrame:
    """Estimate how many papers of each year truly trained, by post-stratification.

    Audited papers count as the person found them. Of the others of a stratum, the share found among
    its audited papers of all years is taken to have trained. Summed over the years this is the
    post-stratified total, sum of N_h p_h (Cochran, Sampling Techniques, 3rd ed., 1977, 5A.9). The
    bounds are those of `unread_bounds`, widened to hold the estimate. `usage` has a `stratum`.
    """
    cells = ["year", "stratum"]
    audited = audited.assign(true=truly_trained(audited, counted))
    papers = usage.groupby(cells).size().rename("papers")
    read = audited.groupby(cells)["true"].agg(drawn="size", true="sum")
    found = papers.to_frame().join(read).fillna(0).astype(int)
    strata_read = found.groupby("stratum")[["drawn", "true"]].sum()
    for stratum in strata_read.index[strata_read["drawn"] == 0]:
        raise DatafootprintError(
            f"usage.audit: no paper labelled {stratum} has a human_label; label at least one, or "
            "draw a larger sample (usage.audit_sample.papers)."
        )
    rows: list[dict[str, Any]] = [
        {"year": year, **_corrected(group.droplevel("year"), strata_read)}
        for year, group in found.groupby("year")
    ]
    rows.append({"year": None, **_corrected(found.groupby("stratum").sum(), strata_read)})
    return pd.DataFrame(rows).astype({"year": "Int64"})


def _corrected(found: pd.DataFrame, strata_read: pd.DataFrame) -> dict[str, Any]:
    """Correct the count of some papers: papers, drawn and true by stratum."""
    read = strata_read.loc[found.index]
    left = found["papers"] - found["drawn"]
    known = found["true"].sum()
    estimate = float(known + (left * read["true"] / read["drawn"]).sum())
    low, high = unread_bounds(zip(read["drawn"], read["true"], left, strict=True))
    papers, raw = found["papers"].sum(), found["papers"].get(COUNTED, 0)
    return {
        "mentioning": papers,
        "audited": found["drawn"].sum(),
        "trained_raw": raw,
        "trained_corrected": estimate,
        "trained_low": min(float(known + low), estimate),
        "trained_high": max(float(known + high), estimate),
        "share_raw": raw / papers,
        "share_corrected": estimate / papers,
    }
