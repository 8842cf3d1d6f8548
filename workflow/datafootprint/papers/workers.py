"""Worker processes with limits on time and memory: a bad file costs its worker, not the run."""

import contextlib
import faulthandler
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError

#: A spawned worker would run the job's script once more; a forked one does not.
_processes = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Failure:
    """What takes the place of a result; `reason` is part of a sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Broken:
    """A fault of the disk, which is none of the task's."""

    reason: str


@dataclass(slots=True)
class _Worker:
    process: ForkProcess
    connection: Connection
    task: Any = None
    end: float = 0.0


def run_tasks(
    function: Callable[[Any], Any],
    tasks: Iterable[Any],
    workers: int,
    seconds: float,
    megabytes: float,
) -> Iterator[tuple[Any, Any]]:
    """Call `function` on each task in worker processes and yield task and result as they come.

    Parameters
    ----------
    function : callable
        Takes a task, returns what can be pickled.
    tasks : iterable
        Read as workers become free, so that it may be long.
    workers : int
        Number of processes.
    seconds : float
        Longest time for one task; the worker is killed then.
    megabytes : float
        Memory a worker may take in addition to what it starts with, in 10^6 bytes.

    Yields
    ------
    tuple
        The task, and its result or a `Failure` if it ran out of time or memory, raised, or
        crashed its worker.

    Raises
    ------
    DatafootprintError
        If a task raised one or an `OSError`: a full disk is not the task's fault.
    """
    pending = iter(tasks)
    busy: dict[Connection, _Worker] = {}
    idle: list[_Worker] = []
    try:
        while True:
            while len(busy) < workers:
                try:
                    task = next(pending)
                except StopIteration:
                    break
                worker = idle.pop() if idle else _start(function, megabytes)
                worker.task, worker.end = task, time.monotonic() + seconds
                worker.connection.send(task)
                busy[worker.connection] = worker
            if not busy:
                return
            left = min(worker.end for worker in busy.values()) - time.monotonic()
            ready = wait(list(busy), timeout=max(0.0, left))
            for worker in [worker for worker in busy.values() if worker.connection in ready]:
                del busy[worker.connection]
                try:
                    result = worker.connection.recv()
                except (EOFError, OSError):
                    worker.process.join()
                    yield worker.task, Failure(_ending(worker.process.exitcode))
                else:
                    idle.append(worker)
                    if isinstance(result, _Broken):
                        raise DatafootprintError(result.reason)
                    yield worker.task, result
            for worker in list(busy.values()):
                if time.monotonic() >= worker.end and not worker.connection.poll():
                    del busy[worker.connection]
                    worker.process.kill()
                    worker.process.join()
                    yield worker.task, Failure(f"took longer than {seconds:g} s")
    finally:
        for worker in [*busy.values(), *idle]:
            worker.process.kill()
            worker.process.join()
            worker.connection.close()


def _start(function: Callable[[Any], Any], megabytes: float) -> _Worker:
    ours, theirs = _processes.Pipe()
    process = _processes.Process(
        target=_serve, args=(function, theirs, ours, megabytes, os.getpid()), daemon=True
    )
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _serve(
    function: Callable[[Any], Any],
    connection: Connection,
    other_end: Connection,
    megabytes: float,
    parent: int,
) -> None:
    other_end.close()
    # What a crash prints says less than what becomes of its task.
    faulthandler.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    limit = _address_space_bytes() + int(megabytes * 1e6)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        # A worker whose job was killed ends by itself.
        while not connection.poll(5):
            if os.getppid() != parent:
                return
        try:
            task = connection.recv()
        except EOFError:
            return
        result: Any
        try:
            result = function(task)
        except MemoryError:
            result = Failure(f"needed more than {megabytes:g} MB of memory")
        except RecursionError:
            result = Failure("is nested too deeply")
        except DatafootprintError as error:
            result = _Broken(str(error))
        except OSError as error:
            result = _Broken(f"A file cannot be read or written: {error}.")
        except Exception as error:  # noqa: BLE001 - a reader raises whatever a file provokes
            result = Failure(f"made its reader fail ({type(error).__name__}: {error})")
        connection.send(result)


def _address_space_bytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except FileNotFoundError:
        return 0
    return pages * resource.getpagesize()


def _ending(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return f"crashed its reader ({signal.Signals(-exitcode).name})"
    return f"crashed its reader (exit code {exitcode})"
