"""What the sections of the page say."""

import html

import pandas as pd
import pytest
from tests.unit.report.rendering import render

from datafootprint.energy.epoch import published_energy
from datafootprint.energy.gains import break_even, gains
from datafootprint.footprint.carbon import Grid
from datafootprint.footprint.savings import energy_savings, with_emissions
from datafootprint.hub.copies import downloads_per_run, estimate_copies
from datafootprint.literature.runs import estimate_runs
from datafootprint.report.sections.answer_section import method_bars
from datafootprint.report.sections.frugality_section import frugality_section
from datafootprint.report.sections.hub_section import by_variant, hub_section
from datafootprint.report.sections.labels_section import labels_section
from datafootprint.report.sections.log_bars import log_bars
from datafootprint.report.sections.paper_section import paper_section
from datafootprint.report.sections.sources_section import PAPER, few_papers, sources_table
from datafootprint.tables import records_of
from datafootprint.units import quantity

STORAGE = {"kwh_per_tb_year": 60, "years": 1}
NO_AUDIT = {"audit_agreement": pd.DataFrame(columns=["measure"])}


class TestPaper:
    """What the page says about the paper is true of the paper's inputs."""

    CHECK = pd.DataFrame(
        [("training_runs", 46179.0, "yes"), ("accuracy", 76.0, "no"), ("epochs", 300.0, "input")],
        columns=["quantity", "published", "match"],
    )
    CHECK = CHECK.assign(unit="1", recomputed=1.0, rounding="", place="")
    PROJECTION = pd.DataFrame({"year": [2020, 2021, 2022], "trained_share": [0.1, 0.2, 0.4]})
    PROJECTION = PROJECTION.assign(kind="observed", accepted=9, mentioning=4, trained=1)
    PROJECTION = PROJECTION.assign(
        trained_share_of_mentioning=2 * PROJECTION["trained_share"],
    )

    def publications(self, years=3, publications=1000):
        return self.PROJECTION.head(years)[["year"]].assign(publications=publications)

    def section(self, **changed):
        own = self.publications(**changed)
        tables = {
            "published_check": self.CHECK,
            "published_projection": self.PROJECTION,
            "published_publications": self.publications(),
            "training_runs": estimate_runs(self.PROJECTION.head(len(own)), own),
        }
        return paper_section(tables)

    def test_each_year_is_beside_the_mirrored_one(self):
        context = self.section()
        mirrored = context["mirrored"]
        assert mirrored["mirror"].tolist() == [2022, 2021, 2020]
        assert mirrored["share_used"].tolist() == [0.4, 0.2, 0.1]
        assert mirrored["share_due"].tolist() == [0.1, 0.2, 0.4]
        assert context["runs"]["year_aligned"] == pytest.approx(700)
        assert context["runs"]["as_described"] == pytest.approx(1400)
        assert [row["quantity"] for row in context["differing"]] == ["accuracy"]
        assert context["derived"] == 2
        assert context["same_runs"]

    @pytest.mark.parametrize("changed", [{"years": 2}, {"publications": 999}])
    def test_another_configuration_changes_only_same_runs(self, changed):
        section = self.section(**changed)
        assert not section["same_runs"]
        assert section["runs"]["year_aligned"] == pytest.approx(700)


def test_frugality_shows_the_headline_method(config, published, factors, runs):
    energy = published_energy(published["energy_per_epoch"], 1.58)
    by_year = dict.fromkeys(range(2017, 2026), 445.0)
    grid = Grid(by_year, "co2", "typed", quantity(4.73, "tonne_co2 / person"))
    costs = pd.DataFrame([{"strategy": "el2n", "full_epochs": 100, "source": "s"}])
    found = gains(energy, "pruned_25", 0.25)
    tables = {
        "frugality": with_emissions(energy_savings(runs, energy, config), runs, grid),
        "break_even": break_even(costs, found, [90, 300]),
        "energy_to_accuracy": factors["energy_to_accuracy"],
    }
    context = frugality_section(tables, config)
    proportional = next(row for row in context["savings"].rows if row[0] == "fraction left out")
    assert proportional[1:5] == ("25.0", "152", "760", "1,519")
    assert context["break_even"].rows == [("el2n", "100", "5", "2")]
    assert context["ratios"][-1] == (0.9, pytest.approx(196 / 1018))


class TestHub:
    """Copies on the Hub, from the published counts."""

    INTENSITY = Grid({2025: 445.0}, "co2", "x")

    def copies(self, counts):
        return estimate_copies(counts, STORAGE, 130, "imagenet-1k", self.INTENSITY)

    def test_the_published_counts(self, published, runs):
        counts = published["hub_counts"]
        downloads = downloads_per_run(counts, runs, "imagenet-1k")
        section = hub_section(self.copies(counts))
        config = {"hub": {"source": "published", "search": "imagenet"}, "storage": STORAGE}
        tables = {"hub_downloads_per_run": downloads}
        page = render("hub", hub=section, config=config, tables=tables)
        for shown in ("876", "1,669.2 kWh, 0.743 t CO\N{SUBSCRIPT TWO}", "54.1", "21.6", "[hub]"):
            assert shown in page
        assert section["assumed"] and section["running_year"] is None
        sizes = section["variants"].set_index("variant")["size"]
        assert sizes.to_dict() == {"other": "", "imagenet-1k": "assumed: a full copy each"}

    def test_a_sum_that_is_partly_assumed_says_so(self, published):
        first = records_of(published["hub_counts"])[0]
        years = [
            {**first, "variant": variant, "created_year": year, "stored_bytes": size}
            for variant in ("imagenet-1k", "tiny")
            for year, size in ((2022, 10**12), (2023, None))
        ]
        copies = self.copies(pd.DataFrame(years))
        assert by_variant(copies).set_index("variant")["size"].to_dict() == {
            "imagenet-1k": "partly assumed: a full copy each",
            "tiny": "from the Hub, where known",
        }


def test_the_bar_of_this_estimate_is_that_of_the_headline():
    row = {"p2_5": 0.5, "point": 1.0, "p97_5": 2.0}
    found = {method: {**row, "method": method} for method in ("year_aligned", "as_described")}
    for headline, shown in (("as_described", ["as_described"]), ("year_aligned", list(found))):
        rows = method_bars(found, headline)["rows"]
        assert [row["method"] for row in rows if row["is_own"]] == shown


def test_bars_are_placed_on_a_logarithmic_axis():
    drawn = log_bars([{"point": 100.0, "bars": [("measured", 10.0, 1000.0, 50)]}])
    (row,) = drawn["rows"]
    (_, left, top, width, height), middle = row["places"][0], row["at"]
    assert middle == pytest.approx(left + width / 2, abs=0.01) and (top, height) == (25, 50)
    assert {text for _, text in drawn["ticks"]} >= {"10", "100", "1,000"}
    assert log_bars([{"point": 0.0, "bars": []}])["rows"][0]["at"] == 0


class TestLabels:
    """How the papers that were read were labelled."""

    COUNTED = (
        "source year accepted mentioning trained_raw trained_corrected trained_low trained_high"
    )
    COUNTS = pd.DataFrame(
        [("published", *[None] * 11), ("live", 2023, 40, 20, 7, 6.25, 5, 8, 1, 2, 3, "audit")],
        columns=[*COUNTED.split(), "trained_subsets", "needs_review", "unread", "correction"],
    ).convert_dtypes()
    TOOK = "classifier model papers not_judged input_tokens output_tokens cost_usd"
    MODEL = pd.DataFrame(
        [("llm", "gpt-4.1-mini", 20, 3, 30000, 4000, 0.0184, 0.01, 0.02, None, None)],
        columns=[
            *TOOK.split(),
            *("energy_kwh_low", "energy_kwh_high", "emissions_kg_low", "emissions_kg_high"),
        ],
    )

    def test_what_a_model_took_is_shown(self):
        section = labels_section(self.COUNTS, self.MODEL)
        config = {"papers": {"years": []}, "projection": {}}
        page = html.unescape(render("labels", labels=section, config=config, tables=NO_AUDIT))
        took = "('gpt-4.1-mini', '20', '30,000', '4,000', '0.02', '0.01 to 0.02', 'not known')"
        assert took in page and "20 labelled by gpt-4.1-mini" in page
        assert not section["baseline"] and section["not_judged"] == 3


def test_years_with_one_source_share_a_row():
    counts = pd.DataFrame(
        [(2024, "live"), (2022, "published"), (2023, "published"), (2025, "mine.csv")],
        columns=["year", "source"],
    )
    publications = pd.DataFrame([{"year": 2024, "source": "openalex", "retrieved": "2026-11-20"}])
    table = sources_table(counts, publications, {"source": "paper"}, "World, 2023", "demo", True)
    assert table.rows == [
        ("papers of the venue", "2022 to 2023", f"ICLR, as counted by {PAPER}"),
        ("papers of the venue", "2024", "demo, read by this workflow"),
        ("papers of the venue", "2025", "mine.csv"),
        ("publications", "2024", "openalex, retrieved on 2026-11-20"),
        ("energy per epoch", "", PAPER),
        ("carbon intensity", "", "World, 2023"),
    ]
    for measured, source in (
        ({"source": "run.log"}, "run.log"),
        ({"source": "paper"}, "the table of the dataset"),
        (None, "configuration (training.kwh_per_epoch)"),
    ):
        table = sources_table(counts, publications, measured, "x", "", False)
        assert table.rows[-2] == ("energy per epoch", "", source)
    assert "ImageNet" not in str(table.rows)


@pytest.mark.parametrize(
    ("years", "shown"),
    [
        (
            [("live", 4), ("live", 9)],
            "2020, 2021 come from 4 to 9 accepted papers per year (venue: v)",
        ),
        ([("mine.csv", 49), ("live", 50)], "2020 come from 49 accepted papers per year"),
        ([("published", 50)], None),
    ],
)
def test_years_of_few_papers_are_named(years, shown):
    rows = [(2020 + i, *given, 1) for i, given in enumerate(years)]
    rows.append((2025, "mine.csv", 3, None))
    counts = pd.DataFrame(rows, columns=["year", "source", "accepted", "mentioning"])
    assert few_papers(counts, "v") == (shown and f"The shares of {shown}")
