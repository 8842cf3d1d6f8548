"""The registry of services, and what a service is asked."""

import subprocess
import sys
from datetime import date

import pytest
from tests.conftest import ROOT

from datafootprint.errors import DatafootprintError
from datafootprint.literature.counting import CountingService
from datafootprint.literature.retrieve import retrieve_publications
from datafootprint.literature.services import SERVICES, retrieval

TODAY = date(2026, 11, 22)


def test_a_service_is_one_entry(tmp_path, monkeypatch):
    def count(ask, key, keyword, years):
        return [{"year": year, "publications": 7} for year in years]

    service = CountingService("mine", "http://x", "MINE_KEY", True, "", count)
    monkeypatch.setitem(SERVICES, "mine", service)
    section = {"keyword": "x", "snapshots": tmp_path, "retrieved": "latest"}
    section["mine"] = {"base_url": "http://x"}
    wanted = retrieval("mine", section, [2024, 2025], TODAY, {"MINE_KEY": "k"})
    found = retrieve_publications(wanted, {"MINE_KEY": "k"})
    assert list(found["year"]) == [2024, 2025, 2026]
    assert set(found["source"]) == {"mine"}


def test_the_registry_is_light():
    code = "import sys, datafootprint.literature.services; print('pandas' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "workflow",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


def test_an_old_snapshot_and_a_running_year_are_told_apart(config, tmp_path):
    literature = config["literature"] | {"snapshots": str(tmp_path)}
    snapshot = tmp_path / "openalex_ImageNet_since+2017_2025-06-01"
    snapshot.mkdir()
    (snapshot / "publications.csv").touch()
    with pytest.raises(DatafootprintError, match=r"of 2025-06-01, .* to 2024, or .*2026-11-22 to"):
        retrieval("openalex", literature, [2017, 2025], TODAY, {})
    wanted = retrieval("openalex", literature, [2017, 2024], TODAY, {})
    assert (wanted["day"], wanted["last_year"]) == ("2025-06-01", 2025)
