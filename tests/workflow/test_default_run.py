"""The default run, what a changed factor or module re-runs, and what is refused."""

import csv
import os
import re
from pathlib import Path

import pandas
import pytest
from pandas.api.types import is_numeric_dtype
from tests.pages import page_of, page_tables

from datafootprint.all_tables import model_of


@pytest.fixture(scope="module")
def built(checkout, snakemake):
    """The copy of the project after a default run."""
    done = snakemake(checkout)
    assert done.returncode == 0, done.stdout + done.stderr
    return checkout


def table(folder, name):
    with (folder / "results" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def would_run(snakemake, folder, *arguments):
    done = snakemake(folder, "--dry-run", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return set(re.findall(r"^(?:local)?rule (\w+):", done.stdout, flags=re.MULTILINE))


def overlay(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    return "--configfile", str(path)


FOOTPRINT = {"estimate_footprint", "propagate_uncertainty"}
REPORT = {"write_report", "all"}


def test_the_published_numbers_stand_in_the_tables(built):
    training = {row["method"]: row for row in table(built, "training_emissions")}
    assert training["as_published"]["runs"] == "46179.245"
    assert training["as_published"]["energy_kwh"] == "5458386.759"
    assert {method: round(float(row["emissions_t"]), 1) for method, row in training.items()} == {
        "as_published": 2429.0,
        "year_aligned": 2157.9,
        "as_described": 6076.8,
        "as_observed": 60959.2,
    }
    storage = [round(float(row["emissions_t"]), 2) for row in table(built, "storage_emissions")]
    assert storage == [160.29, 142.40, 401.01, 228.03]


def test_every_table_opens_in_pandas_with_numbers_where_numbers_are_meant(built):
    found = 0
    for path in sorted((built / "results").glob("*.csv")):
        frame = pandas.read_csv(path)
        for name, column in model_of(path.stem).to_schema().columns.items():
            if str(column.dtype).lower().startswith(("int", "float")) and name in frame:
                assert frame.empty or is_numeric_dtype(frame[name]), (path, name)
                found += 1
    assert found > 100


def test_the_ranges_stand_in_table_and_report(built):
    ranges = {
        (row["method"], row["tier"], row["quantity"]): row for row in table(built, "uncertainty")
    }
    assert len(ranges) == 4 * 3 * 9
    runs = ranges["as_described", "T2", "runs"]
    page = (built / "results" / "report.html").read_text(encoding="utf-8")
    low, high = (f"{float(runs[end]):,.0f}" for end in ("p2_5", "p97_5"))
    assert page.count(f"{low} to {high}") >= 2
    assert "not a confidence interval" in page
    assert {row["tier_meaning"] for key, row in ranges.items() if key[1] == "T3"} == {
        "95% scenario range"
    }


def test_another_prior_re_runs_no_stage_before_the_uncertainty(built, snakemake, tmp_path):
    changed = "uncertainty:\n  priors:\n    sensitivity: {fixed: 0.9, source: my own test set}\n"
    rules = would_run(snakemake, built, *overlay(tmp_path, changed))
    assert rules >= {"propagate_uncertainty", "analyse_sensitivity"}
    assert not rules & {"project_usage", "estimate_runs", "estimate_footprint"}


def test_each_row_adds_up_to_the_total(built):
    for total in table(built, "training_emissions"):
        runs = [r for r in table(built, "training_runs") if r["method"] == total["method"]]
        assert sum(float(row["runs"]) for row in runs) == pytest.approx(float(total["runs"]))


def test_the_report_needs_no_network(built):
    page = (built / "results" / "report.html").read_text(encoding="utf-8")
    assert "115,531" in page and "46,179" in page
    assert "default-src 'none'" in page
    assert not re.search(r"""src=["']|<link|@import|url\(["']?http""", page)
    for name in ("usage", "training_runs"):
        assert (built / "results" / "figures" / f"{name}.svg").stat().st_size > 10_000


def test_a_section_whose_table_is_missing_is_left_out(built, config):
    config["training"]["kwh_per_epoch"] = 0.4
    missing = ("published_check", "hub_copies", "energy_per_epoch", "energy_to_accuracy")
    tables = page_tables(built)
    tables |= {name: tables[name].head(0) for name in missing}
    page = page_of(built, tables, config, {"version": "1", "venue": "ICLR", "differs": {}})
    headings = " ".join(re.findall(r"<h2.*?</h2>", page, re.DOTALL))
    assert "The estimate by method" in headings
    assert "Energy per epoch" not in headings and "Copies on" not in headings


def test_nothing_is_left_to_do_also_after_a_touch(built, snakemake):
    assert would_run(snakemake, built) == set()
    for path in (built / "data").rglob("*.csv"):
        os.utime(path)
    assert would_run(snakemake, built) == set()


def test_a_changed_intensity_re_runs_footprint_and_report_only(built, snakemake, tmp_path):
    arguments = overlay(tmp_path, "carbon:\n  intensity_g_per_kwh: 100\n")
    assert would_run(snakemake, built, *arguments) >= FOOTPRINT | REPORT
    assert not would_run(snakemake, built, *arguments) & {
        "count_usage",
        "project_usage",
        "estimate_runs",
        "summarise_energy",
        "draw_figures",
        "analyse_sensitivity",
    }


def test_swapped_values_are_noticed(built, snakemake, tmp_path):
    """PUE and epochs are 1.58 and 300; Snakemake compares bare parameters without names."""
    swapped = "storage:\n  copies_per_run: 60\n  kwh_per_tb_year: 1\n"
    assert "estimate_footprint" in would_run(snakemake, built, *overlay(tmp_path, swapped))


def test_an_edited_module_re_runs_the_rules_that_use_it(built, snakemake):
    module = built / "workflow" / "datafootprint" / "footprint" / "emissions.py"
    source = module.read_bytes()
    module.write_bytes(source + b"\nEDITED = True\n")
    try:
        rules = would_run(snakemake, built)
    finally:
        module.write_bytes(source)
    assert rules >= FOOTPRINT | REPORT
    assert "project_usage" not in rules


def test_a_refused_configuration_leaves_the_results_alone(built, snakemake, tmp_path):
    before = {path: path.read_bytes() for path in (built / "results").rglob("*.csv")}
    done = snakemake(built, *overlay(tmp_path, "carbon:\n  intensity_g_per_kwh: -5\n"))
    assert done.returncode != 0
    assert "carbon.intensity_g_per_kwh is -5, but must be 0 or from 5 to 2000 g/kWh" in done.stderr
    assert {path: path.read_bytes() for path in (built / "results").rglob("*.csv")} == before


def test_a_run_in_another_folder_with_permuted_rows_gives_the_same_tables(
    built, snakemake, tmp_path
):
    """Rows of the user's tables may come in any order; results lie where snakemake is sent.

    A table of the user's counts the dataset alone, so that as_observed discounts no variants of it.
    """
    sources = {}
    for name in ("usage_counts", "publications"):
        header, *rows = (built / "data" / "imagenet-1k" / f"{name}.csv").read_text().splitlines()
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join([header, *reversed(rows)]) + "\n")
        sources[name] = path
    arguments = overlay(
        tmp_path,
        f"usage: {{counts: {sources['usage_counts']}}}\n"
        f"literature: {{source: {sources['publications']}}}\n",
    )
    done = snakemake(built, "footprint", "--directory", str(tmp_path / "elsewhere"), *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("training_runs", "training_emissions", "storage_emissions"):
        there = Path("results") / f"{name}.csv"
        moved, here = (
            [row for row in (folder / there).read_text().splitlines() if "as_observed" not in row]
            for folder in (tmp_path / "elsewhere", built)
        )
        assert moved == here and len(here) > 3
