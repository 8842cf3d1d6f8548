"""What an audited sample says: agreement, and the number of papers that truly trained."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row
from datafootprint.usage.audit.agreement import agreement
from datafootprint.usage.audit.sample import stratum_of
from datafootprint.usage.correction import unread_bounds
from datafootprint.usage.labels import LABELS
from datafootprint.usage.variants import is_counted


def score_audit(
    sample: Sequence[Row], records: Sequence[Mapping[str, Any]], counted: Sequence[str]
) -> dict[str, list[Row]]:
    """Return what an audited sample says: the rows of three tables.

    Parameters
    ----------
    sample : sequence of dict
        Rows of the table `audit_sample`; those without a person's label are left out.
    records : sequence of mapping
        All labelled papers, rows of the table `usage`.
    counted : sequence of str
        Variants that count.

    Returns
    -------
    dict
        `confusion`, `agreement` and `shares`: rows of the tables `audit_<name>`.
    """
    audited = join_audit(sample, records, counted)
    sizes = Counter(stratum_of(record, counted) for record in records)
    return {
        "confusion": confusion(audited),
        "agreement": agreement(audited, sizes),
        "shares": corrected_counts(audited, records, counted),
    }


def join_audit(
    sample: Sequence[Row], records: Sequence[Mapping[str, Any]], counted: Sequence[str]
) -> list[Row]:
    """Return the audited rows, each with the stratum its paper has now.

    Raises
    ------
    DatafootprintError
        If no paper is labelled, or a labelled paper is no longer among the records.
    """
    labelled = {(record["paper_id"], record["year"]): record for record in records}
    audited = []
    for row in sample:
        if row["human_label"] is None:
            continue
        record = labelled.get((row["paper_id"], row["year"]))
        if record is None:
            raise DatafootprintError(
                f"usage.audit: paper {row['paper_id']} of {row['year']} is not among the labelled "
                "papers; the sample was drawn from others."
            )
        audited.append({**row, "stratum": stratum_of(record, counted), "label": record["label"]})
    if not audited:
        raise DatafootprintError("usage.audit: no row has a human_label yet.")
    return audited


def confusion(audited: Sequence[Row]) -> list[Row]:
    """Count audited papers by the classifier's label and the person's; all pairs, also of 0."""
    pairs = Counter((row["label"], row["human_label"]) for row in audited)
    return [
        {"label": label, "human_label": human, "papers": pairs[label, human]}
        for label in LABELS
        for human in LABELS
    ]


def truly_trained(row: Mapping[str, Any], counted: Sequence[str]) -> bool:
    """Tell whether a person found that a paper counts as trained.

    A person who names no variant confirms the classifier's.
    """
    variant = row["human_variant"] or row["variant"]
    return row["human_label"] == "trained_from_scratch" and is_counted(variant, counted)


def corrected_counts(
    audited: Sequence[Row], records: Sequence[Mapping[str, Any]], counted: Sequence[str]
) -> list[Row]:
    """Estimate how many papers of each year truly trained, by post-stratification.

    Audited papers count as the person found them. Of the others of a stratum, the share found among
    its audited papers of all years is taken to have trained. Summed over the years this is the
    post-stratified total, sum of N_h p_h (Cochran, Sampling Techniques, 3rd ed., 1977, 5A.9). The
    bounds are those of `unread_bounds`, widened to hold the estimate.

    Parameters
    ----------
    audited : sequence of dict
        Rows of `join_audit`.
    records : sequence of mapping
        All labelled papers.
    counted : sequence of str
        Variants that count.

    Returns
    -------
    list of dict
        Rows of the table `audit_shares`, one a year and one for all years (year empty).

    Raises
    ------
    DatafootprintError
        If a stratum with papers has none audited.
    """
    years = sorted({record["year"] for record in records})
    sizes = Counter((stratum_of(record, counted), record["year"]) for record in records)
    drawn = Counter((row["stratum"], row["year"]) for row in audited)
    true = Counter((row["stratum"], row["year"]) for row in audited if truly_trained(row, counted))
    strata = sorted({stratum for stratum, _ in sizes})
    rows = []
    for group in (*[[year] for year in years], years):
        known = sum(true[stratum, year] for stratum in strata for year in group)
        estimate = float(known)
        unread = []
        for stratum in strata:
            n = sum(count for (s, _), count in drawn.items() if s == stratum)
            if n == 0:
                raise DatafootprintError(
                    f"usage.audit: no paper labelled {stratum} has a human_label; label at least "
                    "one, or draw a larger sample (usage.audit_sample.papers)."
                )
            such = sum(count for (s, _), count in true.items() if s == stratum)
            left = sum(sizes[stratum, year] - drawn[stratum, year] for year in group)
            estimate += left * such / n
            unread.append((n, such, left))
        low, high = unread_bounds(unread)
        papers = sum(sizes[stratum, year] for stratum in strata for year in group)
        raw = sum(sizes["counted_as_trained", year] for year in group)
        rows.append(
            {
                "year": group[0] if len(group) == 1 and group is not years else None,
                "mentioning": papers,
                "audited": sum(drawn[stratum, year] for stratum in strata for year in group),
                "trained_raw": raw,
                "trained_corrected": estimate,
                "trained_low": min(float(known + low), estimate),
                "trained_high": max(float(known + high), estimate),
                "share_raw": raw / papers,
                "share_corrected": estimate / papers,
            }
        )
    return rows
