"""Workers with limits: what a task may do to its worker."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.conftest import ROOT

from datafootprint.papers.workers import Failure, run_tasks


def work(task: str) -> object:
    if task == "hang":
        while True:
            pass
    if task == "bomb":
        return len(bytearray(500_000_000))
    if task == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if task == "exit":
        os._exit(3)
    if task == "raise":
        raise ValueError("odd file")
    if task == "disk":
        raise OSError(28, "No space left on device")
    if task == "deep":
        return work(task)
    return task.upper()


def test_a_bad_task_costs_its_worker_only() -> None:
    tasks = ["a", "hang", "b", "crash", "c", "bomb", "d", "exit", "deep", "raise", "e"]
    assert list(run_tasks(work, tasks, workers=2, seconds=3, megabytes=300)) == [
        "A",
        Failure("took longer than 3 s"),
        "B",
        Failure("crashed its reader (SIGSEGV)"),
        "C",
        Failure("needed more than 300 MB of memory"),
        "D",
        Failure("crashed its reader (exit code 3)"),
        Failure("is nested too deeply"),
        Failure("made its reader fail (ValueError: odd file)"),
        "E",
    ]


def killed_once(path: str) -> str:
    """Do what the kernel does for want of memory, on the first attempt."""
    try:
        Path(path).touch(exist_ok=False)
    except FileExistsError:
        return "read"
    os.kill(os.getpid(), signal.SIGKILL)
    return "never"


def test_a_reader_that_the_kernel_killed_reads_again(tmp_path: Path) -> None:
    tasks = [str(tmp_path / name) for name in "abc"]
    results = list(run_tasks(killed_once, tasks, workers=2, seconds=5, megabytes=300))
    assert results == ["read"] * 3


def stopped(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def test_time_that_a_worker_does_not_compute_is_not_its_own() -> None:
    assert list(run_tasks(stopped, [1.5], workers=1, seconds=0.5, megabytes=300)) == [1.5]


def test_a_full_disk_ends_the_run() -> None:
    with pytest.raises(OSError, match="No space left on device"):
        list(run_tasks(work, ["a", "disk"], workers=1, seconds=5, megabytes=300))


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="reads /proc")  # noqa: PTH112
def test_workers_end_with_a_job_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "task.py").write_text(
        "import os\n\ndef work(task):\n    print(os.getpid(), flush=True)\n"
    )
    program = (
        "import time\n"
        "from datafootprint.papers.workers import run_tasks\n"
        "from task import work\n"
        "for _ in run_tasks(work, range(2), 1, 60, 500):\n"
        "    time.sleep(60)\n"
    )
    job = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'workflow'}:{tmp_path}"},
    )
    assert job.stdout is not None
    worker = int(job.stdout.readline())
    job.kill()
    job.wait()
    end = time.monotonic() + 8
    while time.monotonic() < end and os.path.exists(f"/proc/{worker}"):  # noqa: PTH110
        time.sleep(0.1)
    assert not os.path.exists(f"/proc/{worker}")  # noqa: PTH110
