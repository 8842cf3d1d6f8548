"""Worker processes with limits of time and memory: a bad file costs its worker, not the run."""

import multiprocessing
import resource
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError

#: Workers are forked from a server process that has no threads and no open files of the job.
_processes = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Failure:
    """What takes the place of a result; `reason` is part of a sentence."""

    reason: str


def run_tasks(
    function: Callable[[Any], Any],
    tasks: Iterable[Any],
    workers: int,
    seconds: float,
    megabytes: float,
) -> Iterator[Any]:
    """Call `function` on each task in worker processes and yield the results in order.

    The result is a `Failure` if a task ran longer than `seconds`, took more than `megabytes` (10^6
    bytes) in addition to what a worker starts with, raised, or crashed its worker. A
    DatafootprintError or an OSError (a full disk is not the task's fault) is raised again.
    """
    pending = enumerate(tasks)
    busy: list[_Worker] = []
    idle: list[_Worker] = []
    results: dict[int, Any] = {}
    following = 0
    try:
        while True:
            for number, task in islice(pending, workers - len(busy)):
                worker = idle.pop() if idle else _Worker(function, megabytes)
                worker.begin(number, task, seconds)
                busy.append(worker)
            if not busy:
                return
            left = min(worker.end for worker in busy) - time.monotonic()
            wait([worker.connection for worker in busy], timeout=max(0.0, left))
            for worker in [worker for worker in busy if worker.has_ended()]:
                result = worker.result(seconds)
                busy.remove(worker)
                if not worker.connection.closed:
                    idle.append(worker)
                if isinstance(result, Exception):
                    raise result
                results[worker.number] = result
            while following in results:
                yield results.pop(following)
                following += 1
    finally:
        for worker in [*busy, *idle]:
            worker.stop()


class _Worker:
    """A process that does one task after the other, until one of them breaks it."""

    def __init__(self, function: Callable[[Any], Any], megabytes: float) -> None:
        self.connection, theirs = _processes.Pipe()
        arguments = (function, theirs, megabytes)
        self.process = _processes.Process(target=_serve, args=arguments, daemon=True)
        self.process.start()
        theirs.close()
        self.connection.recv()  # the first task's time does not include the start

    def begin(self, number: int, task: Any, seconds: float) -> None:
        self.number, self.end = number, time.monotonic() + seconds
        self.connection.send(task)

    def has_ended(self) -> bool:
        return self.connection.poll() or time.monotonic() >= self.end

    def result(self, seconds: float) -> Any:
        try:
            if self.connection.poll():
                return self.connection.recv()
            reason = f"took longer than {seconds:g} s"
        except (EOFError, OSError):
            self.process.join()
            code = self.process.exitcode or 0
            ending = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            reason = f"crashed its reader ({ending})"
        self.stop()
        return Failure(reason)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _serve(function: Callable[[Any], Any], connection: Connection, megabytes: float) -> None:
    """Do one task after the other, until the job closes the connection or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(ValueError, OSError):  # macOS has neither the file nor the limit
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + int(megabytes * 1e6)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
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
