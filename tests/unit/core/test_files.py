"""Files that are whole or not there, also with several writers and after a kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

from datafootprint.files import open_atomically, write_atomically

WRITER = """
import sys
sys.path.insert(0, {package!r})
from datafootprint.files import open_atomically
for number in range({rounds}):
    with open_atomically({path!r}) as stream:
        for _ in range(50):
            stream.write({line!r})
            stream.flush()
        {ending}
"""


def writer(path: Path, line: bytes, rounds: int = 1, ending: str = "") -> subprocess.Popen[bytes]:
    code = WRITER.format(
        package=str(ROOT / "workflow"), path=str(path), line=line, rounds=rounds, ending=ending
    )
    return subprocess.Popen([sys.executable, "-c", code])


def test_an_exception_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "table.csv"
    write_atomically(path, "old")
    with pytest.raises(RuntimeError), open_atomically(path) as stream:
        stream.write(b"new")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_what_a_kill_left_is_gone_with_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    killed = writer(path, b"killed", ending="import os; os.kill(os.getpid(), 9)")
    assert killed.wait() == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name == ".table.csv.part"
    write_atomically(path, "whole")
    assert [(found, found.read_text()) for found in tmp_path.iterdir()] == [(path, "whole")]


def test_a_worker_that_outlives_its_process_keeps_nobody_waiting(tmp_path: Path) -> None:
    path, worker = tmp_path / "table.csv", tmp_path / "worker"
    ending = (
        "import os, time; child = os.fork(); child or time.sleep(60); "
        f"open({str(worker)!r}, 'w').write(str(child)); os.kill(os.getpid(), 9)"
    )
    writer(path, b"killed", ending=ending).wait()
    child = int(worker.read_text())
    write_atomically(path, "whole")
    # It would be gone after a wait, and the signal an error.
    os.kill(child, signal.SIGKILL)
    assert path.read_text() == "whole"


def test_writers_of_one_file_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    contents = {letter.encode() * 50_000 for letter in "ab"}
    writers = [writer(path, content[:1000], rounds=100) for content in contents]
    seen = set()
    while any(process.poll() is None for process in writers):
        if path.exists():
            seen.add(path.read_bytes())
    assert [process.wait() for process in writers] == [0, 0]
    assert seen and seen <= contents
    assert os.listdir(tmp_path) == [path.name]  # noqa: PTH208
