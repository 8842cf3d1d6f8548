"""All models side by side: what each says about every year, and the coefficients to draw from."""

from collections.abc import Sequence

from datafootprint.legacy_tables import Row
from datafootprint.projection.binomial import LogitFit, fit_logit, fit_shrunk, is_separated
from datafootprint.projection.models import MINIMUM_YEARS, MODELS, fit_trend
from datafootprint.projection.shares import SHARES, observed_rows, sample_of


def compare_models(counts: Sequence[Row], slope_prior_sd: float) -> list[Row]:
    """Continue every share by every model that has enough observed years.

    Parameters
    ----------
    counts : rows
        year, accepted, mentioning, trained in papers; the last two None in years to project.
    slope_prior_sd : float
        Prior of the model `bayes`, in logits a year.

    Returns
    -------
    list of dict
        The columns of the table `projection_compared`; every year, also the observed ones, so that
        a model can be seen beside what was counted. Values are cut at 0 and 1.
    """
    observed = observed_rows(counts)
    rows = []
    for model in MODELS:
        if len(observed) < MINIMUM_YEARS[model]:
            continue
        expected: dict[int, float] = {}
        for share, (part, whole) in SHARES.items():
            trend = fit_trend(model, sample_of(share, observed), slope_prior_sd)
            for row in counts:
                year = row["year"]
                papers = expected[year] if row[whole] is None else row[whole]
                prediction = trend(year, papers).cut()
                if part == "mentioning":
                    expected[year] = prediction.mean * row["accepted"]
                seen = row[part] is not None
                rows.append(
                    {
                        "model": model,
                        "share": share,
                        "year": year,
                        "observed": row[part] / row[whole] if seen else None,
                        **vars(prediction),
                    }
                )
    return rows


def fits_to_draw_from(counts: Sequence[Row], slope_prior_sd: float) -> list[Row]:
    """Fit the binomial regression whose coefficients the Monte Carlo draws.

    With fewer than three observed years, which leave no residual to judge a slope by, the shrunk
    regression takes its place.

    Returns
    -------
    list of dict
        The columns of the table `projection_fits`: one row a share.
    """
    observed = observed_rows(counts)
    rows = []
    for share in SHARES:
        sample = sample_of(share, observed)
        shrunk = len(observed) < MINIMUM_YEARS["ols"] or is_separated(sample)
        fit: LogitFit = fit_shrunk(sample, slope_prior_sd) if shrunk else fit_logit(sample)
        rows.append({"share": share, "model": "bayes" if shrunk else "logit", **vars(fit)})
    return rows
