"""The demonstration papers as jobs of a real Slurm cluster, against the same run on one machine."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slurm

SCRIPT = Path(__file__).with_name("one_machine.sh")
HEAVY = {"download_papers", "find_mentions", "classify_usage"}
SHARDS = 2
YEARS = 3


def run(folder: Path, *arguments: str) -> str:
    """Run the real snakemake in a folder; return what it said, which it also leaves there."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
    )
    (folder / "said.txt").write_text(done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr[-5000:]
    return done.stdout + done.stderr


def results(folder: Path) -> dict[str, bytes]:
    """Return every result by its name; the shards are no results."""
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.joinpath("results").rglob("*"))
        if path.is_file()
    }
    return {name: content for name, content in found.items() if "/shards/" not in name}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Slurm cluster of this machine alone."""
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="needs the extra `slurm`")
    if os.geteuid() != 0:
        pytest.skip("only root can bring Slurm up")
    if not (shutil.which("slurmctld") or shutil.which("apt-get")):
        pytest.skip("Slurm is neither installed nor to be had from Debian's packages")
    state = tmp_path_factory.mktemp("cluster") / "state"
    environment = os.environ | {"SLURM_TEST_STATE": str(state)}

    def call(what: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", str(SCRIPT), what],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )

    try:
        up = call("up")
        if up.returncode != 0:
            pytest.skip(f"Slurm did not come up: {up.stdout.strip().splitlines()[-1:]}")
        yield
    finally:
        down = call("down")
    assert down.returncode == 0, down.stdout
    assert not Path("/etc/slurm/slurm.conf").exists()


def test_slurm_and_one_machine_agree_byte_for_byte(
    cluster: None, checkout: Path, tmp_path: Path
) -> None:
    demo = checkout / "data" / "demo" / "papers"
    for name, shards in (("one", 1), ("cut", SHARDS)):
        (tmp_path / f"{name}.yaml").write_text(
            f"papers: {{source: folder, folder: {demo}, venue: demo, years: [2023, 2024, 2025], "
            f"shards: {shards}}}\n"
        )
    snakefile = ["--snakefile", str(checkout / "Snakefile")]
    run(tmp_path / "local", *snakefile, "--configfile", "../one.yaml", "--cores", "2")
    said = run(
        tmp_path / "slurm",
        *(*snakefile, "--configfile", "../cut.yaml"),
        *("--workflow-profile", str(checkout / "profiles" / "slurm"), "--max-threads", "1"),
        *("--slurm-init-seconds-before-status-checks", "2", "--seconds-between-status-checks", "2"),
        *("--latency-wait", "5"),
    )

    submitted = re.findall(r"SLURM jobid (\d+) \(log: \S*?/rule_(\w+)/", said)
    print(f"Slurm jobs: {submitted}")
    assert len({number for number, _ in submitted}) == len(submitted) == YEARS * SHARDS * len(HEAVY)
    assert {rule for _, rule in submitted} == HEAVY
    for number, _ in submitted:
        job = subprocess.run(
            ["scontrol", "show", "job", number], capture_output=True, text=True, check=True
        ).stdout
        assert "JobState=COMPLETED" in job

    local, slurm = results(tmp_path / "local"), results(tmp_path / "slurm")
    assert list(slurm) == list(local)
    assert "results/report.html" in local
    assert "results/usage/demo-2025.jsonl" in local
    assert [name for name in local if slurm[name] != local[name]] == []
