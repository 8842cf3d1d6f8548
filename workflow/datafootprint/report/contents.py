"""What the report consists of: its figures, its tables for people and the tables that it reads.

The rules, the scripts and the page read it. It is light to import: each figure loads what it needs
when it is drawn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: Tables that the page reads, by stage; those of a section that a run does not have are empty.
_BY_STAGE = {
    "usage": ("usage_counts", "classification", "audit_agreement", "classification_check"),
    "projection": ("projection", "backtest", "abstract_mentions", "published_projection"),
    "literature": ("publications", "publications_compared", "published_publications"),
    "energy": ("energy_per_epoch", "energy_to_accuracy", "break_even"),
    "factors": ("carbon_intensity_by_year", "per_capita_emissions"),
    "footprint": ("training_runs", "training_emissions", "storage_emissions"),
    "impacts": ("additional_impacts",),
    "hub": ("hub_copies", "hub_downloads_per_run"),
    "frugality": ("frugality",),
    "uncertainty": ("uncertainty", "bridge", "sensitivity", "next_observation"),
    "report": ("published_check",),
}
PAGE_TABLES = [table for tables in _BY_STAGE.values() for table in tables]
#: Tables for people, as `text_tables.text_tables` lays them out.
TEXT_TABLES = ["energy_per_epoch", "usage", "training_runs", "by_year"]
TEXT_TABLES += ["training_emissions", "storage_emissions", "uncertainty", "scenarios"]


@dataclass(frozen=True)
class Figure:
    """The tables of a figure, and the function that draws it from the settings and those tables."""

    tables: tuple[str, ...]
    draw: Callable[..., Any]


FIGURES: dict[str, Figure] = {}
#: Those that the factors move; `snakemake scenarios` draws them.
FACTOR_FIGURES: dict[str, Figure] = {}
Settings = Mapping[str, Any]


def _figure(
    *tables: str, of: dict[str, Figure] = FIGURES
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a figure by the name of the function that draws it."""

    def register(draw: Callable[..., Any]) -> Callable[..., Any]:
        of[draw.__name__] = Figure(tables, draw)
        return draw

    return register


@_figure("projection")
def usage(settings: Settings, projection: Any) -> Any:
    from datafootprint.report.figures.share_figures import draw_usage

    return draw_usage(projection)


@_figure("classification_check")
def classification_check(settings: Settings, check: Any) -> Any:
    from datafootprint.report.figures.count_figures import draw_classification_check

    return draw_classification_check(check)


@_figure("training_runs")
def training_runs(settings: Settings, training_runs: Any) -> Any:
    from datafootprint.report.figures.count_figures import draw_runs

    return draw_runs(training_runs)


@_figure("training_runs", "energy_per_epoch")
def frugality(settings: Settings, training_runs: Any, energy: Any) -> Any:
    from datafootprint.footprint.savings import energy_savings
    from datafootprint.report.figures.frugality_figure import draw_frugality

    savings = energy_savings(training_runs, energy, settings)
    return draw_frugality(savings, settings["training"]["epochs"])


@_figure("projection_compared")
def projection_compared(settings: Settings, compared: Any) -> Any:
    from datafootprint.report.figures.share_figures import draw_models

    return draw_models(compared)


@_figure("sensitivity")
def sensitivity(settings: Settings, sensitivity: Any) -> Any:
    from datafootprint.report.figures.sensitivity_figure import draw_tornado

    return draw_tornado(sensitivity, settings["methods"]["headline"])


@_figure("hub_counts")
def hub(settings: Settings, counts: Any) -> Any:
    from datafootprint.report.figures.count_figures import draw_hub

    return draw_hub(counts, settings["hub"]["search"])


@_figure("publications_compared")
def publications_compared(settings: Settings, compared: Any) -> Any:
    from datafootprint.report.figures.count_figures import draw_publications_compared

    return draw_publications_compared(compared, settings["literature"]["disagreement_factor"])


@_figure("uncertainty", of=FACTOR_FIGURES)
def ranges(settings: Settings, uncertainty: Any) -> Any:
    from datafootprint.report.figures.factor_figures import draw_ranges

    return draw_ranges(uncertainty, settings["methods"]["headline"])


@_figure("scenarios", of=FACTOR_FIGURES)
def scenarios(settings: Settings, scenarios: Any) -> Any:
    from datafootprint.report.figures.factor_figures import draw_scenarios

    return draw_scenarios(scenarios)
