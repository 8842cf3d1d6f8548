"""The laboratory runs as a workflow of its own, in the estimate's, and with it in another one."""

import os
import subprocess
import sys

import pytest
from tests.conftest import ROOT

TARGETS = ("measure_energy", "measure_gpu", "bias")


def dry_run(folder, snakefile, *arguments):
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "1", "-s", snakefile]
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("snakefile", ["Snakefile", "workflow/lab/Snakefile"])
def test_its_targets_run_alone_and_in_the_estimate(tmp_path, snakefile):
    code, said = dry_run(tmp_path, str(ROOT / snakefile), *TARGETS)
    assert code == 0, said
    for rule in ("measure_energy", "measure_gpu", "bias"):
        assert f"rule {rule}:" in said
    assert "results/measured_strategies.csv" in said


def test_it_comes_along_where_the_estimate_is_a_module(tmp_path):
    (tmp_path / "Snakefile").write_text(
        f'module estimate:\n    snakefile: "{ROOT}/Snakefile"\n    prefix: "footprint/"\n\n'
        "use rule * from estimate as estimate_*\n"
    )
    targets = ("results/measured_strategies.csv", "results/bias.csv", "results/gpu_energy.csv")
    code, said = dry_run(tmp_path, "Snakefile", *(f"footprint/{target}" for target in targets))
    assert code == 0, said
    assert "rule estimate_measure_energy:" in said


def test_a_wrong_key_is_a_sentence_there_too(tmp_path):
    (tmp_path / "mine.yaml").write_text("energy: {measure: {gpu: {images: 0}}}\n")
    lab = str(ROOT / "workflow/lab/Snakefile")
    code, said = dry_run(tmp_path, lab, "measure_gpu", "--configfile", "mine.yaml")
    assert code == 1
    assert "config: energy.measure.gpu.images is 0, but must be" in said
