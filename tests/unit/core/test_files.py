"""Files that are whole or not there, also with several writers, and locks."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.conftest import ROOT

from datafootprint.files import locked, open_atomically, write_atomically

WRITER = """
import sys
sys.path.insert(0, {package!r})
from datafootprint.files import open_atomically
for number in range(100):
    with open_atomically({path!r}) as stream:
        for _ in range(50):
            stream.write({line!r})
            stream.flush()
"""
HOLDER = """
import os, sys
sys.path.insert(0, {package!r})
from datafootprint.files import locked
with locked({path!r}, "test"):
    print("locked", flush=True)
    sys.stdin.read()
    os.kill(os.getpid(), 9)
"""


def started(program: str, **values: object) -> subprocess.Popen[bytes]:
    code = program.format(package=str(ROOT / "workflow"), **values)
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_an_exception_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "table.csv"
    write_atomically(path, "old")
    with pytest.raises(RuntimeError), open_atomically(path) as stream:
        stream.write(b"new")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_writers_of_one_file_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    contents = {letter.encode() * 50_000 for letter in "ab"}
    writers = [started(WRITER, path=str(path), line=content[:1000]) for content in contents]
    seen = set()
    while any(process.poll() is None for process in writers):
        if path.exists():
            seen.add(path.read_bytes())
    assert [process.wait() for process in writers] == [0, 0]
    assert seen and seen <= contents
    assert os.listdir(tmp_path) == [path.name]  # noqa: PTH208


def test_a_lock_is_waited_for_and_ends_with_its_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "locks" / "task.lock"
    holder = started(HOLDER, path=str(path))
    assert holder.stdout is not None and holder.stdin is not None
    holder.stdout.readline()
    began = time.monotonic()
    with caplog.at_level("INFO", "datafootprint"):
        subprocess.Popen(["sh", "-c", "sleep 1; kill -9 $0", str(holder.pid)])
        with locked(path, "test"):
            assert time.monotonic() - began > 0.9
    assert "Another process works on test" in caplog.text
    holder.wait()


def test_a_file_system_without_locks_serves_one_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import fcntl

    def missing(*arguments: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(fcntl, "flock", missing)
    with locked(tmp_path / "task.lock", "test"):
        write_atomically(tmp_path / "a", "whole")
    assert "has no locks, so only one machine may use the folder" in caplog.text
    assert os.listdir(tmp_path) == ["a"]  # noqa: PTH208
