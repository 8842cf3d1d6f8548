"""Fixtures for every test."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from datafootprint.config import default_config
from datafootprint.energy.energy_tables import EnergyPerEpoch
from datafootprint.energy.epoch import published_energy
from datafootprint.footprint.footprint_tables import CarbonIntensityByYear, PerCapitaEmissions
from datafootprint.literature.literature_tables import Publications
from datafootprint.literature.runs import estimate_runs
from datafootprint.projection.project import project_usage
from datafootprint.tables import read_table
from datafootprint.usage.usage_tables import UsageCounts

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT / "data" / "imagenet-1k"
FACTORS = ROOT / "data" / "factors"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of third-party papers and listings that are not part of the project."""
    folder = Path(os.environ.get("DATAFOOTPRINT_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"third-party test data not found at {folder}; set DATAFOOTPRINT_SHARED")
    return folder


@pytest.fixture
def config():
    """The default configuration, completed by its dataset, to be changed at will."""
    return default_config(ROOT)


@pytest.fixture(scope="session")
def counts():
    """The published counts of ICLR papers."""
    return read_table(PUBLISHED / "usage_counts.csv", UsageCounts)


@pytest.fixture(scope="session")
def publications():
    """The published counts of dimensions.ai."""
    return read_table(PUBLISHED / "publications.csv", Publications)


@pytest.fixture(scope="session")
def projection(counts):
    """The projection of the published counts."""
    return project_usage(counts, "ols", 0.05)


@pytest.fixture(scope="session")
def training_runs(projection, publications):
    """The training runs of the published counts."""
    return estimate_runs(projection, publications)


@pytest.fixture(scope="session")
def energy():
    """The published energy per epoch."""
    table = read_table(PUBLISHED / "energy_per_epoch.csv", EnergyPerEpoch)
    return published_energy(table, 1.58)


@pytest.fixture(scope="session")
def intensities():
    """The carbon intensities by country and year."""
    return read_table(FACTORS / "carbon_intensity_by_year.csv", CarbonIntensityByYear)


@pytest.fixture(scope="session")
def per_capita():
    """The emissions of a person."""
    return read_table(FACTORS / "per_capita_emissions.csv", PerCapitaEmissions)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory) -> Path:
    """A copy of the project without anything that a run or a tool leaves behind."""
    target = tmp_path_factory.mktemp("checkout") / "datafootprint"
    leftovers = shutil.ignore_patterns(
        ".git", ".venv", ".snakemake", "results", "logs", "cache", ".*_cache", "__pycache__"
    )
    shutil.copytree(ROOT, target, ignore=leftovers)
    return target


@pytest.fixture(scope="session")
def snakemake():
    """Run the real snakemake in a folder and return the finished process."""

    def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=600,
        )

    return run


@pytest.fixture
def carbontracker_log():
    """Write a log with epochs of (duration as printed, {component: power as printed})."""

    def write(epochs, devices=None):
        devices = devices or {"cpu": ["AMD EPYC"]}
        found = " ".join(f"{k.upper()} with device(s) {', '.join(v)}." for k, v in devices.items())
        lines = ["carbontracker version 2.4.7"]
        lines += ["Only consumptions are multiplied by a PUE coefficient of 1.58 (Bizo, 2023)."]
        lines += [f"The following components were found: {found}", "Monitoring thread started."]
        for number, (duration, powers) in enumerate(epochs, start=1):
            lines += [f"Epoch {number}:", f"Duration: {duration}"]
            lines += [f"Average power usage (W) for {k}: {v}" for k, v in powers.items()]
        lines += ["Monitoring thread ended."]
        return "".join(f"2026-01-01 12:00:00 - {line}\n" for line in lines)

    return write
