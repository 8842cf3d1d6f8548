"""What an audited sample says: agreement, and the number of papers that truly trained."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.usage.correction import unread_bounds, wilson
from datafootprint.usage.labels import Label
from datafootprint.usage.observed import audit_strata, has_trained
from datafootprint.usage.usage_tables import COUNTED


def score_audit(
    sample: pd.DataFrame, usage: pd.DataFrame, counted: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Return the tables `audit_<name>`, by their names; rows that nobody labelled are left out."""
    usage = usage.assign(stratum=audit_strata(usage, counted))
    audited = join_audit(sample, usage)
    return {
        "confusion": confusion(audited),
        "agreement": agreement(audited, usage["stratum"].value_counts()),
        "shares": corrected_counts(audited, usage, counted),
    }


def join_audit(sample: pd.DataFrame, usage: pd.DataFrame) -> pd.DataFrame:
    """Return the audited rows, each with the label and the stratum its paper has now."""
    labelled = sample[sample["human_label"].notna()].drop(columns=["label", "stratum"])
    unsaid = labelled[(labelled["human_label"] == Label.TRAINED) & labelled["human_variant"].isna()]
    if len(unsaid):
        raise DatafootprintError(
            f"usage.audit: {len(unsaid)} papers are labelled {Label.TRAINED} without a "
            f"human_variant, first position {unsaid['position'].iloc[0]}; say what they trained on."
        )
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
    """Count audited papers by the labels of classifier and person, with pairs that have none."""
    pairs = pd.MultiIndex.from_product([list(Label)] * 2, names=["label", "human_label"])
    counts = audited.groupby(["label", "human_label"]).size()
    return counts.reindex(pairs, fill_value=0).rename("papers").reset_index()


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
    variants = audited["human_variant"].fillna("")
    audited = audited.assign(true=has_trained(audited["human_label"], variants, counted))
    papers = usage.groupby(cells).size().rename("papers")
    read = audited.groupby(cells)["true"].agg(drawn="size", true="sum")
    found = papers.to_frame().join(read).fillna(0).astype(int)
    strata_read = found.groupby("stratum")[["drawn", "true"]].sum()
    for stratum in strata_read.index[strata_read["drawn"] == 0]:
        raise DatafootprintError(
            f"usage.audit: no paper of the stratum {stratum} has a human_label; label at least "
            "one, or draw a larger sample (usage.audit_sample.papers)."
        )
    rows: list[dict[str, Any]] = [
        {"year": year, **_corrected(group.droplevel("year"), strata_read)}
        for year, group in found.groupby("year")
    ]
    rows.append({"year": None, **_corrected(found.groupby("stratum").sum(), strata_read)})
    return pd.DataFrame(rows).astype({"year": "Int64"})


def _corrected(found: pd.DataFrame, strata_read: pd.DataFrame) -> dict[str, Any]:
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


def agreement(audited: pd.DataFrame, sizes: pd.Series) -> pd.DataFrame:
    """Measure how far classifier and person agree: a table `AuditAgreement`.

    For all papers, each audited one represents the papers of its stratum, which `sizes` counts. The
    95% bounds of the accuracy are Wilson's for the sample and those of `unread_bounds` for all
    papers.
    """
    equal = audited["label"] == audited["human_label"]
    strata = equal.groupby(audited["stratum"]).agg(["size", "sum"]).join(sizes.rename("papers"))
    drawn, hits, papers = (strata[column] for column in ("size", "sum", "papers"))
    unread = unread_bounds(zip(drawn, hits, papers - drawn, strict=True))
    low, high = ((equal.sum() + number) / papers.sum() for number in unread)
    value = (hits / drawn * papers).sum() / papers.sum()
    rows = [(measure, *bounds) for measure, bounds in accuracy_and_kappa(audited)]
    rows.append(("accuracy, all papers", value, min(low, value), max(high, value)))
    table = pd.DataFrame(rows, columns=["measure", "value", "low", "high"])
    return table.assign(papers=len(audited))


def accuracy_and_kappa(pairs: pd.DataFrame) -> list[tuple[str, tuple[float, float, float]]]:
    """Return value and 95% bounds of the accuracy (Wilson) and of Cohen's kappa.

    Kappa is (accuracy - chance) / (1 - chance agreement), and its bounds follow from the accuracy's
    with the agreement by chance taken as known: Cohen, Educational and Psychological Measurement 20
    (1960), 37-46. Where both use one label throughout, chance leaves nothing to agree on: kappa is
    1, and -1 below full agreement. `pairs` has label and human_label.
    """
    equal = pairs["label"] == pairs["human_label"]
    accuracy = (float(equal.mean()), *wilson(equal.sum(), len(equal)))
    first, second = (pairs[name].value_counts(normalize=True) for name in ("label", "human_label"))
    chance = float(first.mul(second, fill_value=0).sum())

    def kappa(observed: float) -> float:
        if chance >= 1:
            return 1.0 if observed >= 1 else -1.0
        # Sums of shares differ in their last digits, which would make a kappa of 0 another number.
        return max(-1.0, round((observed - chance) / (1 - chance), 12))

    value, low, high = accuracy
    return [("accuracy", accuracy), ("kappa", (kappa(value), kappa(low), kappa(high)))]
