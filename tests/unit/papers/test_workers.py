"""Workers with limits: what a task may do to its worker."""

import os
import signal
import subprocess
import sys
import time

import pytest
from tests.conftest import ROOT

from datafootprint.errors import DatafootprintError
from datafootprint.papers.workers import Failure, run_tasks


def work(task: str) -> object:
    if task == "hang":
        time.sleep(60)
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
    results = dict(run_tasks(work, tasks, workers=2, seconds=1, megabytes=300))
    assert {key: value for key, value in results.items() if len(key) == 1} == {
        key: key.upper() for key in "abcde"
    }
    assert results["hang"] == Failure("took longer than 1 s")
    assert results["crash"] == Failure("crashed its reader (SIGSEGV)")
    assert results["exit"] == Failure("crashed its reader (exit code 3)")
    assert results["bomb"] == Failure("needed more than 300 MB of memory")
    assert results["raise"] == Failure("made its reader fail (ValueError: odd file)")
    assert results["deep"] == Failure("is nested too deeply")


def test_tasks_are_read_as_workers_become_free() -> None:
    read = []

    def tasks() -> object:
        for number in range(10):
            read.append(number)
            yield str(number)

    results = run_tasks(work, tasks(), workers=2, seconds=5, megabytes=300)  # type: ignore[arg-type]
    next(results)
    assert len(read) <= 3
    results.close()  # type: ignore[attr-defined]


def test_a_full_disk_ends_the_run() -> None:
    with pytest.raises(DatafootprintError, match="No space left on device"):
        list(run_tasks(work, ["a", "disk"], workers=1, seconds=5, megabytes=300))


def test_no_tasks() -> None:
    assert list(run_tasks(work, [], workers=2, seconds=1, megabytes=100)) == []


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="reads /proc")  # noqa: PTH112
def test_workers_end_with_a_job_that_is_killed() -> None:
    program = (
        "import os, sys, time\n"
        "from datafootprint.papers.workers import run_tasks\n"
        "def work(task):\n"
        "    print(os.getpid(), flush=True)\n"
        "    return task\n"
        "for _ in run_tasks(work, range(2), 1, 60, 500):\n"
        "    time.sleep(60)\n"
    )
    job = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "workflow")},
    )
    assert job.stdout is not None
    worker = int(job.stdout.readline())
    job.kill()
    job.wait()
    end = time.monotonic() + 8
    while time.monotonic() < end and os.path.exists(f"/proc/{worker}"):  # noqa: PTH110
        time.sleep(0.1)
    assert not os.path.exists(f"/proc/{worker}")  # noqa: PTH110
