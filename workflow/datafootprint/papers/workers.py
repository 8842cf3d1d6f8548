"""Worker processes with limits of time and memory: a bad file costs its worker, not the run."""

import faulthandler
import multiprocessing
import resource
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError

#: Workers are forked from a server process that has no threads and no open files of the job.
_processes = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Failure:
    """What takes the place of a result; `reason` is part of a sentence."""

    reason: str


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    number: int = 0
    end: float = 0.0

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def run_tasks(
    function: Callable[[Any], Any],
    tasks: Iterable[Any],
    workers: int,
    seconds: float,
    megabytes: float,
) -> Iterator[Any]:
    """Call `function` on each task in worker processes and yield the results in order.

    Parameters
    ----------
    function : callable
        Can be imported; takes a task and returns what can be pickled.
    tasks : iterable
    workers : int
        Number of processes.
    seconds : float
        Longest time for one task; the worker is killed then.
    megabytes : float
        Memory a worker may take in addition to what it starts with, in 10^6 bytes.

    Yields
    ------
    object
        The result, or a `Failure` if the task ran out of time or memory, raised, or crashed its
        worker.

    Raises
    ------
    DatafootprintError
        If a task raised it.
    OSError
        If a task raised it: a full disk is not the task's fault.
    """
    pending = enumerate(tasks)
    busy: dict[Connection, _Worker] = {}
    idle: list[_Worker] = []
    results: dict[int, Any] = {}
    following = 0
    try:
        while True:
            while len(busy) < workers and (task := next(pending, None)) is not None:
                worker = idle.pop() if idle else _start(function, megabytes)
                worker.number, worker.end = task[0], time.monotonic() + seconds
                worker.connection.send(task[1])
                busy[worker.connection] = worker
            if not busy:
                return
            left = min(worker.end for worker in busy.values()) - time.monotonic()
            ready = wait(list(busy), timeout=max(0.0, left))
            for worker in list(busy.values()):
                if worker.connection in ready:
                    result = _result(worker)
                elif time.monotonic() >= worker.end:
                    result = Failure(f"took longer than {seconds:g} s")
                    worker.stop()
                else:
                    continue
                del busy[worker.connection]
                if not worker.connection.closed:
                    idle.append(worker)
                if isinstance(result, Exception):
                    raise result
                results[worker.number] = result
            while following in results:
                yield results.pop(following)
                following += 1
    finally:
        for worker in [*busy.values(), *idle]:
            worker.stop()


def _start(function: Callable[[Any], Any], megabytes: float) -> _Worker:
    ours, theirs = _processes.Pipe()
    process = _processes.Process(target=_serve, args=(function, theirs, megabytes), daemon=True)
    process.start()
    theirs.close()
    ours.recv()  # the time of a task does not count that of starting a worker
    return _Worker(process, ours)


def _result(worker: _Worker) -> Any:
    try:
        return worker.connection.recv()
    except (EOFError, OSError):
        worker.process.join()
        code = worker.process.exitcode or 0
        worker.connection.close()
        ending = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return Failure(f"crashed its reader ({ending})")


def _serve(function: Callable[[Any], Any], connection: Connection, megabytes: float) -> None:
    """Do one task after the other, until the job closes the connection or ends."""
    faulthandler.disable()  # the job says what becomes of a crashed task
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit = _address_space_bytes() + int(megabytes * 1e6)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, BrokenPipeError):
        connection.send("ready")
        while True:
            connection.send(_called(function, connection.recv(), megabytes))


def _called(function: Callable[[Any], Any], task: Any, megabytes: float) -> Any:
    try:
        return function(task)
    except MemoryError:
        return Failure(f"needed more than {megabytes:g} MB of memory")
    except RecursionError:
        return Failure("is nested too deeply")
    except (DatafootprintError, OSError) as error:
        return error
    except Exception as error:  # noqa: BLE001 - a reader raises whatever a file provokes
        return Failure(f"made its reader fail ({type(error).__name__}: {error})")


def _address_space_bytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except FileNotFoundError:
        return 0
    return pages * resource.getpagesize()
