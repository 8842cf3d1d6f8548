"""What a training run is: as configured, or as the papers that were read report it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.literature.literature_tables import QUANTITIES
from datafootprint.tables import records_of
from datafootprint.usage.labels import Label
from datafootprint.usage.usage_tables import BANDS

#: Bases of what a run is, and its parts: of the papers that trained on any variant those that used
#: the whole dataset, runs per such paper, epochs per run, energy per epoch over the configured one.
CONFIGURED, OBSERVED = "configured", "observed"
PARTS = ("variant_share", "runs_per_paper", "epochs", "energy_per_epoch")
#: Standard normal quantile of the ends of a 90% range.
Z_90 = 1.6448536269514722


@dataclass(frozen=True)
class ObservedPractice:
    """What the papers that were read report about a run."""

    papers_read: int
    years_read: int
    trained: float  # papers that trained on any variant
    on_dataset: float  # those of them that trained on the whole dataset
    bands: pd.Series  # papers by band of the number of models they trained
    means: pd.DataFrame  # the table `Practice`

    def of(self, quantity: str, years: Any) -> pd.DataFrame:
        """Return the row of a quantity that holds in each year, or the nearest one."""
        rows = self.means[self.means["quantity"] == quantity].sort_values("first_year")
        at = np.searchsorted(rows["first_year"].to_numpy(), np.asarray(years), side="right") - 1
        return rows.iloc[np.maximum(at, 0)]

    def models(self) -> pd.DataFrame:
        """Return the mean number of models in each band, with its range."""
        return pd.concat([self.of(f"models {band}", [0]) for band in BANDS])

    def point(self, years: Any) -> pd.DataFrame:
        """Return the means of the `PARTS` of a run by year."""
        return pd.DataFrame(
            {
                "variant_share": self.on_dataset / self.trained,
                "runs_per_paper": float(
                    self.bands.to_numpy() @ self.models()["mean"].to_numpy() / self.bands.sum()
                ),
                "epochs": self.of("epochs", years)["mean"].to_numpy(),
                "energy_per_epoch": self.of("energy_per_epoch", years)["mean"].to_numpy(),
            },
            index=pd.Index(years, name="year"),
        )

    def draw(self, part: str, years: Any, size: int, rng: np.random.Generator) -> Any:
        """Draw the mean of a part over its `point`, of shape (draws,) or (years, draws).

        The variant share has its Beta posterior after Jeffreys' prior. Runs per paper have a
        Bayesian bootstrap of the papers over the bands, times a uniform mean within each band.
        Epochs have one log-normal per row of the table, energy per epoch one in common.
        """
        if part == "variant_share":
            drawn = rng.beta(self.on_dataset + 0.5, self.trained - self.on_dataset + 0.5, size)
            return drawn / (self.on_dataset / self.trained)
        if part == "runs_per_paper":
            models = self.models()
            papers = rng.standard_gamma(np.maximum(self.bands.to_numpy(), 1e-9)[:, None], (4, size))
            low, high = models["p5"].to_numpy()[:, None], models["p95"].to_numpy()[:, None]
            means = low + (high - low) * rng.random((4, size))
            drawn = (papers * means).sum(axis=0) / papers.sum(axis=0)
            return drawn / self.point(years[:1])["runs_per_paper"].iloc[0]
        rows = self.of(part, years)
        sd = np.log(rows["p95"].to_numpy() / rows["p5"].to_numpy())[:, None] / (2 * Z_90)
        starts, which = np.unique(rows["first_year"].to_numpy(), return_inverse=True)
        normals = rng.standard_normal((len(starts) if part == "epochs" else 1, size))
        normals = normals[which] if part == "epochs" else normals
        return np.exp(sd * normals - sd**2 / 2)

    def sources(self, part: str) -> str:
        """Say where the mean of a part comes from."""
        if part in ("epochs", "energy_per_epoch"):
            rows = self.means[self.means["quantity"] == part]
            return "; ".join(dict.fromkeys(rows["source"]))
        if part == "variant_share":
            return f"{self.on_dataset:.0f} of {self.trained:.0f} papers that trained, as read"
        return f"{self.on_dataset:.0f} papers, read in bands; the mean of each band is judged"

    def one_more_year(self) -> tuple["ObservedPractice", int]:
        """Return the practice after one more year like those that were read, and its papers."""
        more = 1 + 1 / self.years_read
        counts = replace(
            self,
            trained=self.trained * more,
            on_dataset=self.on_dataset * more,
            bands=self.bands * more,
        )
        return counts, round(self.papers_read / self.years_read)

    def narrowed(self, quantities: str, left: float) -> "ObservedPractice":
        """Return the practice with a part left of the ranges (log) of quantities that start so."""
        means, chosen = self.means.copy(), self.means["quantity"].str.startswith(quantities)
        for end in ("p5", "p95"):
            ratio = (means[end] / means["mean"]) ** left
            means[end] = means[end].mask(chosen, means["mean"] * ratio)
        return replace(self, means=means)


def read_practice(
    papers: pd.DataFrame | None, means: pd.DataFrame | None
) -> ObservedPractice | None:
    """Count the papers that were read; None for a dataset without them."""
    if papers is None or means is None or not papers["trained_on_1k"].any():
        return None
    _check_means(means)
    on_dataset = papers[papers["trained_on_1k"]]
    trained = int((papers["label"] == Label.TRAINED).sum())
    bands = on_dataset["models"].value_counts().reindex(list(BANDS), fill_value=0)
    return ObservedPractice(
        len(papers), papers["year"].nunique(), trained, len(on_dataset), bands, means
    )


def _check_means(means: pd.DataFrame) -> None:
    """Refuse a table `Practice` that lacks a quantity or year, or has an impossible mean."""
    if missing := [name for name in QUANTITIES if name not in set(means["quantity"])]:
        raise DatafootprintError(f"practice.csv: there is no row of {', '.join(missing)}.")
    rows = means.sort_values(["quantity", "first_year"])
    begins = rows.groupby("quantity")["last_year"].shift() + 1
    for row in records_of(rows.assign(begins=begins)):
        where = f"practice.csv, {row['quantity']} {row['first_year']}-{row['last_year']}"
        if row["begins"] is not None and row["quantity"].startswith("models"):
            raise DatafootprintError(
                f"{where}: the mean number of models is one for all years; keep one row."
            )
        if row["begins"] not in (None, row["first_year"]):
            raise DatafootprintError(
                f"{where}: it must begin in {row['begins']:g}, the year after the row before it."
            )
        if not row["p5"] <= row["mean"] <= row["p95"]:
            raise DatafootprintError(
                f"{where}: the mean {row['mean']:g} is not from p5 ({row['p5']:g}) to p95 "
                f"({row['p95']:g})."
            )


def bases_of(training: Mapping[str, Any], method_is_observed: bool) -> dict[str, str]:
    """Return whether each of the `PARTS` of a run is configured or observed."""
    chosen = PARTS if method_is_observed else training["observed"]
    return {part: OBSERVED if part in chosen else CONFIGURED for part in PARTS}


def any_variant_by_year(is_observed: pd.Series, years: Iterable[int]) -> pd.Series:
    """Return the part of each year's count that is of papers on any variant of the dataset.

    It is 1 in these `years`; projected years continue the mean of the observed ones.
    """
    part = pd.Series(is_observed.index.isin(list(years)), is_observed.index, dtype=float)
    return part.where(is_observed, part[is_observed].mean())


def run_by_year(
    training: Mapping[str, Any],
    practice: ObservedPractice | None,
    bases: Mapping[str, str],
    years: Any,
    any_variant: Iterable[float],
) -> pd.DataFrame:
    """Return what a run is in each year: variant_share, runs_per_paper, run_energy_factor.

    `any_variant` is the part of each year's count that is of papers on any variant; where labels
    or a person counted the dataset alone, the variant share discounts nothing.
    """
    run = pd.DataFrame(
        {
            "epochs": float(training["epochs"]),
            "energy_per_epoch": 1.0,
            **{part: float(training[part]) for part in ("variant_share", "runs_per_paper")},
        },
        index=pd.Index(years, name="year"),
    )
    observed = [part for part, basis in bases.items() if basis == OBSERVED]
    if observed and practice:
        run[observed] = practice.point(years)[observed]
    run["variant_share"] = 1 - np.asarray(any_variant) * (1 - run["variant_share"])
    factor = run["epochs"] / training["epochs"] * run["energy_per_epoch"]
    return run[["variant_share", "runs_per_paper"]].assign(run_energy_factor=factor)
