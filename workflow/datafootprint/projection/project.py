"""The projection of the estimate: one model, every year, with counts."""

from collections.abc import Sequence

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row
from datafootprint.projection.models import MINIMUM_YEARS, Prediction, fit_trend
from datafootprint.projection.shares import SHARES, observed_rows, sample_of


def project_usage(counts: Sequence[Row], model: str, slope_prior_sd: float) -> list[Row]:
    """Fit a model to each observed yearly share and continue it to the other years.

    Parameters
    ----------
    counts : rows
        year, accepted, mentioning, trained in papers; the last two None in years to project.
    model : str
        One of `projection.models.MODELS`.
    slope_prior_sd : float
        Prior of the model `bayes`, in logits a year.

    Returns
    -------
    list of dict
        The columns of the table `projection`. Observed years keep their shares and counts. In the
        others a share is the model's value and a count that share times `accepted`, unrounded (as
        the paper does, Appendix B). `_low` and `_high` bound a single new year (prediction
        interval), `_mean_low` and `_mean_high` the trend (confidence interval), cut at 0 and 1.

    Raises
    ------
    DatafootprintError
        If fewer years are observed than the model needs, an observed year has no paper to divide
        by, a line leaves [0, 1], or more papers train on the dataset than mention it.
    """
    observed = observed_rows(counts)
    projected: list[Row] = [
        {
            "year": row["year"],
            "kind": "projected" if row["mentioning"] is None else "observed",
            "accepted": row["accepted"],
            "mentioning": row["mentioning"],
            "trained": row["trained"],
        }
        for row in counts
    ]
    nothing_to_project = all(row["kind"] == "observed" for row in projected)
    if nothing_to_project and len(observed) < MINIMUM_YEARS[model]:
        return _with_all_columns([{**row, **_observed_shares(row)} for row in projected])
    for share, (part, whole) in SHARES.items():
        trend = fit_trend(model, sample_of(share, observed), slope_prior_sd)
        for row in projected:
            prediction = trend(row["year"], row[whole])
            cut = prediction.cut()
            row[f"{share}_mean_low"], row[f"{share}_mean_high"] = cut.mean_low, cut.mean_high
            if row["kind"] == "observed":
                row.update(_observed_shares(row))
                continue
            _refuse_outside(prediction, share, row["year"])
            row[share], row[f"{share}_low"], row[f"{share}_high"] = cut.mean, cut.low, cut.high
            if whole == "accepted":
                for end, value in (("", cut.mean), ("_low", cut.low), ("_high", cut.high)):
                    row[f"{part}{end}"] = value * row["accepted"]
    for row in projected:
        _refuse_more_trained_than_mentioning(row, model)
    return _with_all_columns(projected)


def _observed_shares(row: Row) -> Row:
    return {share: row[part] / row[whole] for share, (part, whole) in SHARES.items()}


def _refuse_outside(prediction: Prediction, share: str, year: int) -> None:
    if not 0 <= prediction.mean <= 1:
        raise DatafootprintError(
            f"projection, year {year}: the line gives {share} = {prediction.mean:.3f}, outside "
            "[0, 1]; choose projection.model logit, lower projection.until or add observed years "
            "to usage.counts."
        )


def _refuse_more_trained_than_mentioning(row: Row, model: str) -> None:
    # Observed counts are checked where they are read; shares of 1 may differ in the last digit.
    if row["kind"] == "projected" and row["trained"] > row["mentioning"] * (1 + 1e-9):
        raise DatafootprintError(
            f"projection, year {row['year']}: {model} gives {row['trained']:.0f} papers that "
            f"trained, but {row['mentioning']:.0f} that mention the dataset, since it continues "
            "both shares of the accepted papers apart; choose another projection.model, lower "
            "projection.until or add observed years to usage.counts."
        )


def _with_all_columns(rows: list[Row]) -> list[Row]:
    """Leave the bounds of observed years empty."""
    bounds = [*SHARES, "mentioning", "trained"]
    trends = [f"{share}_mean" for share in SHARES]
    for row in rows:
        for name in bounds + trends:
            row.setdefault(f"{name}_low", None)
            row.setdefault(f"{name}_high", None)
    return rows
