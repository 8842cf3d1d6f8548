"""Live sources through the real Snakemake: what is asked, what is re-run, what is refused."""

import csv
import gzip
import os
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from tests.services.loopback import Dimensions, Hub, OpenAlex

THIS_YEAR = datetime.now(UTC).year
COUNTS = {year: 10_000 + 5_000 * (year - 2017) for year in range(2017, THIS_YEAR + 1)}
ESTIMATED = {year: count for year, count in COUNTS.items() if year <= 2025}
NAMES = ("imagenet-1k", "tiny-imagenet", "imagenet-c", "imagenette-imagenet", "imagenet_1k")


def dataset(i):
    return {
        "id": f"user{i}/{NAMES[i % 5]}-{i}",
        "createdAt": f"{THIS_YEAR - i // 10}-01-0{1 + i % 2}T10:00:00.000Z",
        "downloads": 100,
        "downloadsAllTime": 1000,
        "gated": False,
        "private": False,
        "usedStorage": 130 * 10**9,
    }


@pytest.fixture(scope="module")
def services():
    with (
        Dimensions(COUNTS) as dimensions,
        OpenAlex({year: n // 2 for year, n in COUNTS.items()}, key="oa-secret") as openalex,
        Hub(40, 15, dataset) as hub,
    ):
        yield dimensions, openalex, hub


@pytest.fixture(scope="module")
def run(checkout, tmp_path_factory, services):
    """Run snakemake on the copied project in a folder of its own, with the given configuration."""
    folder = tmp_path_factory.mktemp("live")
    dimensions, openalex, hub = services

    def snakemake(text, *arguments, keys=True):
        (folder / "mine.yaml").write_text(
            text.replace("DIMENSIONS", dimensions.url).replace("OPENALEX", openalex.url)
        )
        environment = {**os.environ, "HF_ENDPOINT": hub.url}
        for name in ("DIMENSIONS_API_KEY", "OPENALEX_API_KEY", "HF_TOKEN"):
            environment.pop(name, None)
        if keys:
            environment |= {"DIMENSIONS_API_KEY": "dim-secret", "OPENALEX_API_KEY": "oa-secret"}
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
        command += ["--snakefile", str(checkout / "Snakefile"), "--directory", str(folder)]
        command += ["--profile", str(checkout / "profiles" / "default"), "--quiet", "host"]
        command += ["--configfile", str(folder / "mine.yaml")]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=300, env=environment, check=False
        )

    snakemake.folder = folder
    return snakemake


def table(folder, name):
    with (folder / "results" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def rules_in(done):
    assert done.returncode == 0, done.stdout + done.stderr
    text = done.stdout + done.stderr
    # A dry run names each job, a run those that are finished.
    found = re.findall(r"^(?:local)?rule (\w+):|\(Rule: (\w+)\)", text, flags=re.MULTILINE)
    return {name for names in found for name in names if name}


LIVE = """
literature:
  source: dimensions
  compare_with: openalex
  dimensions: {base_url: DIMENSIONS}
  openalex: {base_url: OPENALEX}
hub: {source: live}
"""


@pytest.fixture(scope="module")
def live(run):
    done = run(LIVE, "literature", "hub")
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_the_counts_of_the_service_reach_the_runs(live, run):
    publications = table(run.folder, "publications")
    assert [int(row["publications"]) for row in publications] == list(COUNTS.values())
    assert {row["source"] for row in publications} == {"dimensions"}
    assert [row["year"] for row in publications if row["complete"] != "true"] == [str(THIS_YEAR)]
    runs = [row for row in table(run.folder, "training_runs") if row["method"] == "as_described"]
    assert [int(row["publications"]) for row in runs] == list(ESTIMATED.values())


def test_two_sources_that_disagree_are_warned_of(live, run):
    compared = table(run.folder, "publications_compared")
    assert {row["ratio"] for row in compared} == {"0.5"}
    assert {row["agree"] for row in compared if row["complete"] == "true"} == {"false"}
    assert [(row["year"], row["agree"]) for row in compared if row["complete"] == "false"] == [
        (str(THIS_YEAR), "")
    ]
    assert {row["full_text_coverage_compared"] for row in compared} == {"0.2"}
    assert "more than a factor of 1.5 apart" in live.stderr


def test_the_hub_is_counted_by_year_and_variant(live, run):
    copies = table(run.folder, "hub_copies")
    assert sum(int(row["datasets"]) for row in copies) == 40
    assert {row["variant"] for row in copies} == {
        "imagenet-1k",
        "tiny",
        "robustness",
        "1k in another spelling",
        "other",
    }
    own = [row for row in copies if row["variant"] == "imagenet-1k"]
    assert [(row["created_year"], row["complete"]) for row in own] == [
        (str(THIS_YEAR - 3), "true"),
        (str(THIS_YEAR - 2), "true"),
        (str(THIS_YEAR - 1), "true"),
        (str(THIS_YEAR), "false"),
    ]
    # Two copies of 130 GB at 60 kWh/TB/year and 445 g/kWh.
    assert float(own[0]["energy_kwh"]) == pytest.approx(15.6)
    assert float(own[0]["emissions_t"]) == pytest.approx(15.6 * 445e-6)
    windows = {row["downloads_window"]: row for row in table(run.folder, "hub_downloads_per_run")}
    assert windows["last_30_days"]["downloads"] == "800"
    assert windows["all_time"]["downloads"] == "8000"


def test_nothing_is_asked_twice_and_no_key_is_needed_then(live, run, services):
    asked = [len(server.requests) for server in services]
    assert rules_in(run(LIVE, "--dry-run", "literature", "hub", keys=False)) == set()
    done = run(LIVE, "--forceall", "literature", "hub", keys=False)
    assert {"retrieve_publications", "list_hub_datasets"} <= rules_in(done)
    assert [len(server.requests) for server in services] == asked


def test_an_edited_snapshot_is_read_again_and_nobody_asked(live, run, services):
    asked = [len(server.requests) for server in services]
    (table_of_counts,) = run.folder.rglob("openalex_*/publications.csv")
    (datasets,) = run.folder.rglob("hub_*/datasets.csv.gz")
    before = {path: path.read_bytes() for path in (table_of_counts, datasets)}
    text = before[table_of_counts].decode()
    table_of_counts.write_text(text.replace(f"{THIS_YEAR - 1},", f"{THIS_YEAR - 1},1", 1))
    datasets.write_bytes(gzip.compress(gzip.decompress(before[datasets]).replace(b",100,", b",7,")))
    again = {"retrieve_publications", "list_hub_datasets"}
    assert again <= rules_in(run(LIVE, "literature", "hub", keys=False))
    assert {row["downloads"] for row in table(run.folder, "hub_counts")} != {"800"}
    assert rules_in(run(LIVE, "--dry-run", "literature", "hub", keys=False)) == set()
    for path, content in before.items():
        path.write_bytes(content)
    assert again <= rules_in(run(LIVE, "literature", "hub", keys=False))
    assert [len(server.requests) for server in services] == asked


def test_swapping_the_source_re_runs_what_depends_on_it(live, run):
    swapped = LIVE.replace("source: dimensions", "source: openalex").replace(
        "compare_with: openalex", "compare_with: dimensions"
    )
    run(LIVE, "all", "hub", "literature")
    for figure in ("publications_compared", "hub"):
        assert (run.folder / "results" / "figures" / f"{figure}.svg").stat().st_size > 9_000
    assert rules_in(run(swapped, "--dry-run", "all", "hub", "literature")) <= {
        "estimate_runs",
        "propagate_uncertainty",
        "analyse_sensitivity",
        "compare_publications",
        "estimate_footprint",
        "count_hub_copies",
        "draw_charts",
        "draw_figures",
        "write_report",
        "all",
        "hub",
        "literature",
    }


def test_the_carbon_intensity_leaves_counts_and_figures_alone(live, run):
    changed = LIVE + "carbon: {intensity_g_per_kwh: 100}\n"
    assert rules_in(run(changed, "--dry-run", "hub", "literature")) == {"count_hub_copies", "hub"}


def test_no_secret_is_left_behind(live, run):
    for path in run.folder.rglob("*"):
        if path.is_file():
            assert b"-secret" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "literature: {source: dimensions, keyword: CIFAR}",
            "needs a key in the environment variable DIMENSIONS_API_KEY",
        ),
        (
            "literature: {compare_with: openalex, retrieved: 2020-01-01}",
            "no snapshot openalex_ImageNet_since+2017 of 2020-01-01",
        ),
        ("hub: {source: live, search: torn}", "datasets.csv.gz: there is no such file; put it"),
        ("hub: {source: live, retrieved: 2020-01-01}", "no snapshot hub_imagenet of 2020-01-01"),
    ],
)
def test_faults_of_the_configuration_stop_before_anything_runs(run, text, sentence):
    (run.folder / "data/snapshots/hub/hub_torn_2025-12-01").mkdir(parents=True, exist_ok=True)
    done = run(text + "\n", "--dry-run", "hub", keys=False)
    assert done.returncode != 0
    assert sentence in done.stdout + done.stderr


def test_the_running_year_of_a_table_is_refused(run, tmp_path):
    rows = [f"{year},{n},{2025}-12-01" for year, n in ESTIMATED.items()]
    path = tmp_path / "running.csv"
    path.write_text("year,publications,retrieved\n" + "\n".join(rows) + "\n")
    done = run(f"literature: {{source: {path}}}\n", "literature")
    assert done.returncode != 0
    assert "2025 was not over when it was counted (2025-12-01)" in done.stdout + done.stderr
