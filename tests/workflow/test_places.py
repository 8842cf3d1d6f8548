"""The workflow runs where people put it, or says in one sentence why it cannot."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

TOTAL = "6076.84060214733"


def copy_to(folder: Path) -> Path:
    shutil.copytree(
        ROOT,
        folder,
        ignore=shutil.ignore_patterns(
            ".git", ".venv", ".snakemake", "results", "logs", "cache", ".*_cache", "tests"
        ),
    )
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )


def total_of(results: Path) -> str:
    return (results / "training_emissions.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["my clone", "l'empreinte", "fødselsår", 'a "b" $c & d'])
def test_a_checkout_runs_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    done = run(copy_to(tmp_path / name), "footprint")
    assert done.returncode == 0, done.stdout + done.stderr
    assert TOTAL in total_of(tmp_path / name / "results")


def test_a_folder_with_braces_is_refused_in_one_sentence(tmp_path: Path) -> None:
    done = run(copy_to(tmp_path / "{mine}"), "footprint")
    assert done.returncode == 1
    assert "reads braces in a path as wildcards; rename the folder" in done.stderr


def test_a_python_in_a_folder_with_a_space_is_refused_in_one_sentence(tmp_path: Path) -> None:
    environment = tmp_path / "my env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    site = next(path for path in sys.path if path.endswith("site-packages"))
    done = subprocess.run(
        [python, "-m", "snakemake", "--cores", "1", "footprint"],
        cwd=copy_to(tmp_path / "clone"),
        env={**os.environ, "PYTHONPATH": site},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "make the environment in another folder" in done.stderr
    assert "/bin/bash" not in done.stderr


def test_results_lie_in_the_directory_that_is_asked_for(tmp_path: Path) -> None:
    clone = copy_to(tmp_path / "clone")
    (tmp_path / "elsewhere").mkdir()
    done = run(
        tmp_path / "elsewhere", "-s", str(clone / "Snakefile"), "--directory", "run", "footprint"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert TOTAL in total_of(tmp_path / "elsewhere" / "run" / "results")


@pytest.mark.parametrize("prefix", ["", 'prefix: "footprint/"'])
def test_it_is_a_module_of_another_workflow(tmp_path: Path, prefix: str) -> None:
    clone = copy_to(tmp_path / "clone")
    target = f"{'footprint/' if prefix else ''}results/training_emissions.csv"
    (tmp_path / "Snakefile").write_text(
        f'module estimate:\n    snakefile: "{clone}/Snakefile"\n    {prefix}\n\n'
        "use rule * from estimate as estimate_*\n\n"
        f'rule all:\n    default_target: True\n    input: "{target}"\n'
    )
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert TOTAL in total_of((tmp_path / target).parent)


def test_the_package_of_this_checkout_runs_whatever_pythonpath_says(tmp_path: Path) -> None:
    clone, other = copy_to(tmp_path / "clone"), copy_to(tmp_path / "other")
    emissions = other / "workflow" / "datafootprint" / "footprint" / "emissions.py"
    emissions.write_text("raise RuntimeError('the other checkout')\n")
    done = run(clone, "footprint", PYTHONPATH=str(other / "workflow"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert TOTAL in total_of(clone / "results")


def test_results_of_other_settings_without_records_are_noticed(tmp_path: Path) -> None:
    clone = copy_to(tmp_path / "clone")
    mine = tmp_path / "mine.yaml"
    mine.write_text("carbon: {intensity_g_per_kwh: 33}\n")
    assert run(clone, "footprint").returncode == 0
    shutil.rmtree(clone / ".snakemake")
    done = run(clone, "footprint", "--configfile", str(mine))
    assert done.returncode == 1
    assert "made with other settings (carbon.intensity_g_per_kwh)" in done.stderr
    assert run(clone, "footprint").returncode == 0
    shutil.rmtree(clone / "results")
    assert run(clone, "footprint", "--configfile", str(mine)).returncode == 0
    assert TOTAL not in total_of(clone / "results")


def test_snakemake_reports_on_a_run(tmp_path: Path) -> None:
    clone = copy_to(tmp_path / "clone")
    assert run(clone, "footprint").returncode == 0
    done = run(clone, "footprint", "--report", "report.html")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "estimate_" in (clone / "report.html").read_text(encoding="utf-8")


def test_every_rule_says_what_it_does() -> None:
    lines = run(ROOT, "--list").stdout.splitlines()
    assert len(lines) > 30
    assert [line for line in lines if "(" not in line] == []


def test_with_conda_snakemake_needs_no_other_package(tmp_path: Path) -> None:
    """The rules' environment has the others."""
    for name in ("filelock", "httpx2", "matplotlib", "openai", "pandera", "pint"):
        (tmp_path / f"{name}.py").write_text("raise ImportError(__name__)")
    done = run(ROOT, "-n", "--directory", str(tmp_path / "run"), PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
