"""What an audited sample says: agreement, and the number of papers that truly trained."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.tables import Row
from datafootprint.usage.audit.sample import stratum_of
from datafootprint.usage.correction import Z_95, wilson
from datafootprint.usage.labels import LABELS
from datafootprint.usage.variants import is_counted

BOOTSTRAP_DRAWS = 2000


def score_audit(
    sample: Sequence[Row], records: Sequence[Mapping[str, Any]], counted: Sequence[str], seed: int
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
    seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        `confusion`, `agreement` and `shares`: rows of the tables `audit_<name>`.
    """
    audited = join_audit(sample, records, counted)
    sizes = Counter(stratum_of(record, counted) for record in records)
    return {
        "confusion": confusion(audited),
        "agreement": agreement(audited, sizes, seed),
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
    strata = {record["paper_id"]: stratum_of(record, counted) for record in records}
    labels = {record["paper_id"]: record["label"] for record in records}
    audited = []
    for row in sample:
        if row["human_label"] is None:
            continue
        if row["paper_id"] not in strata:
            raise DatafootprintError(
                f"usage.audit: paper {row['paper_id']} of {row['year']} is not among the labelled "
                "papers; the sample was drawn from others."
            )
        audited.append(
            {**row, "stratum": strata[row["paper_id"]], "label": labels[row["paper_id"]]}
        )
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


def agreement(audited: Sequence[Row], sizes: Mapping[str, int], seed: int) -> list[Row]:
    """Measure how far classifier and person agree.

    Parameters
    ----------
    audited : sequence of dict
        Rows with `stratum`, `label`, `human_label`.
    sizes : mapping of str to int
        Labelled papers in each stratum.
    seed : int
        Of the bootstrap.

    Returns
    -------
    list of dict
        Rows of the table `audit_agreement`: accuracy and Cohen's kappa, of the sample and of all
        papers (each audited paper standing for the papers of its stratum), with 95% bounds. Sample:
        Wilson's interval for the accuracy, the large-sample variance of Fleiss, Cohen and Everitt,
        Psychological Bulletin 72 (1969), 323-327, for kappa. All papers: percentiles of a bootstrap
        within the strata.
    """
    pairs = [(row["label"], row["human_label"]) for row in audited]
    drawn = Counter(row["stratum"] for row in audited)
    weights = [sizes[row["stratum"]] / drawn[row["stratum"]] for row in audited]
    ones = [1.0] * len(pairs)
    agreeing = sum(label == human for label, human in pairs)
    kappa = cohen_kappa(pairs, ones)
    spread = Z_95 * kappa_variance(pairs) ** 0.5
    rows = [
        ("accuracy", "sample", agreeing / len(pairs), *wilson(agreeing, len(pairs))),
        ("kappa", "sample", kappa, max(-1.0, kappa - spread), min(1.0, kappa + spread)),
    ]
    for measure, function in (("accuracy", _accuracy), ("kappa", cohen_kappa)):
        value = function(pairs, weights)
        low, high = _bootstrap(audited, weights, function, seed)
        rows.append((measure, "all papers", value, min(low, value), max(high, value)))
    return [
        {
            "measure": measure,
            "of": of,
            "value": value,
            "low": low,
            "high": high,
            "papers": len(pairs),
        }
        for measure, of, value, low, high in rows
    ]


def cohen_kappa(pairs: Sequence[tuple[str, str]], weights: Sequence[float]) -> float:
    """Return Cohen's kappa, (observed - chance agreement) / (1 - chance agreement).

    Cohen, Educational and Psychological Measurement 20 (1960), 37-46. It is 1 where both use one
    and the same label throughout.
    """
    total = sum(weights)
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    observed = 0.0
    for (first, second), weight in zip(pairs, weights, strict=True):
        rows[first] += weight / total  # type: ignore[assignment]
        columns[second] += weight / total  # type: ignore[assignment]
        observed += (first == second) * weight / total
    chance = sum(rows[label] * columns[label] for label in rows)
    return 1.0 if chance >= 1 else (observed - chance) / (1 - chance)


def kappa_variance(pairs: Sequence[tuple[str, str]]) -> float:
    """Return the large-sample variance of kappa (Fleiss, Cohen and Everitt 1969, equation 13)."""
    number = len(pairs)
    shares = {pair: count / number for pair, count in Counter(pairs).items()}
    labels = sorted({label for pair in pairs for label in pair})
    rows = {label: sum(s for (a, _), s in shares.items() if a == label) for label in labels}
    columns = {label: sum(s for (_, b), s in shares.items() if b == label) for label in labels}
    observed = sum(share for (a, b), share in shares.items() if a == b)
    chance = sum(rows[label] * columns[label] for label in labels)
    if chance >= 1:
        return 0.0
    kappa = (observed - chance) / (1 - chance)
    diagonal = sum(
        shares.get((label, label), 0.0) * (1 - (rows[label] + columns[label]) * (1 - kappa)) ** 2
        for label in labels
    )
    beside = (1 - kappa) ** 2 * sum(
        share * (columns[a] + rows[b]) ** 2 for (a, b), share in shares.items() if a != b
    )
    last = (kappa - chance * (1 - kappa)) ** 2
    return max(0.0, (diagonal + beside - last) / (number * (1 - chance) ** 2))


def corrected_counts(
    audited: Sequence[Row], records: Sequence[Mapping[str, Any]], counted: Sequence[str]
) -> list[Row]:
    """Estimate how many papers of each year truly trained, by post-stratification.

    Audited papers count as the person found them. Of the others of a stratum, the share found among
    its audited papers of all years is taken to have trained. Summed over the years this is the
    post-stratified total, sum of N_h p_h (Cochran, Sampling Techniques, 3rd ed., 1977, 5A.9), and
    its variance that of stratified sampling with finite-population correction,
    sum of N_h^2 (1 - n_h / N_h) p_h (1 - p_h) / (n_h - 1) (ibid., 5.14); a year's variance is that
    of predicting its papers outside the sample (Valliant, Dorfman and Royall, Finite Population
    Sampling and Inference, 2000, chapter 2), which for all years together is the same. A stratum
    that was audited whole adds none.

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
        estimate = variance = 0.0
        for stratum in strata:
            n = sum(count for (s, _), count in drawn.items() if s == stratum)
            if n == 0:
                raise DatafootprintError(
                    f"usage.audit: no paper labelled {stratum} has a human_label; label at least "
                    "one, or draw a larger sample (usage.audit_sample.papers)."
                )
            share = sum(count for (s, _), count in true.items() if s == stratum) / n
            left = sum(sizes[stratum, year] - drawn[stratum, year] for year in group)
            estimate += sum(true[stratum, year] for year in group) + left * share
            # With one paper audited the sample tells nothing of the spread: the widest is taken.
            spread = share * (1 - share) * n / (n - 1) if n > 1 else 0.25
            variance += left * spread * (1 + left / n)
        papers = sum(sizes[stratum, year] for stratum in strata for year in group)
        raw = sum(sizes["counted_as_trained", year] for year in group)
        width = Z_95 * variance**0.5
        known = sum(true[stratum, year] for stratum in strata for year in group)
        rows.append(
            {
                "year": group[0] if len(group) == 1 and group is not years else None,
                "mentioning": papers,
                "audited": sum(drawn[stratum, year] for stratum in strata for year in group),
                "trained_raw": raw,
                "trained_corrected": estimate,
                "trained_low": max(float(known), estimate - width),
                "trained_high": min(float(papers), estimate + width),
                "share_raw": raw / papers,
                "share_corrected": estimate / papers,
            }
        )
    return rows


Measure = Callable[[Sequence[tuple[str, str]], Sequence[float]], float]


def _accuracy(pairs: Sequence[tuple[str, str]], weights: Sequence[float]) -> float:
    agreeing = sum(w for (a, b), w in zip(pairs, weights, strict=True) if a == b)
    return agreeing / sum(weights)


def _bootstrap(
    audited: Sequence[Row], weights: Sequence[float], function: Measure, seed: int
) -> tuple[float, float]:
    """Return the 2.5th and 97.5th percentile over samples redrawn within each stratum."""
    generator = random.Random(seed)
    strata: dict[str, list[int]] = {}
    for index, row in enumerate(audited):
        strata.setdefault(row["stratum"], []).append(index)
    values = []
    for _ in range(BOOTSTRAP_DRAWS):
        chosen = [
            index
            for members in strata.values()
            for index in generator.choices(members, k=len(members))
        ]
        pairs = [(audited[i]["label"], audited[i]["human_label"]) for i in chosen]
        values.append(function(pairs, [weights[i] for i in chosen]))
    values.sort()
    return values[int(0.025 * BOOTSTRAP_DRAWS)], values[int(0.975 * BOOTSTRAP_DRAWS) - 1]
