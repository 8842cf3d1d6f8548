"""Worker processes with limits of time and memory: a bad file costs its worker, not the run."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any

from datafootprint.errors import DatafootprintError
from datafootprint.papers.extract import UnreadablePdfError


@dataclass(frozen=True, slots=True)
class Failure:
    """What takes the place of a result; `reason` is part of a sentence."""

    reason: str


def run_tasks(
    function: Callable[[Any], Any],
    tasks: Sequence[Any],
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
    idle = [_Worker(function, megabytes) for _ in range(min(workers, len(tasks)))]
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
        self.connection, theirs = Pipe()
        # Not `multiprocessing`, whose processes import the script of the job once more.
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", f"from {__name__} import serve; serve({theirs.fileno()})"],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        self.connection.send((function, megabytes))
        self.is_ready = False

    def begin(self, number: int, task: Any, seconds: float) -> None:
        if not self.is_ready:
            self.is_ready = self.connection.recv()
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
            code = self.process.wait()
            ending = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            reason = f"crashed its reader ({ending})"
        self.stop()
        return Failure(reason)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.connection.close()


def serve(descriptor: int) -> None:
    """Do one task after the other, until the job closes the connection or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(descriptor)
    function, megabytes = connection.recv()
    with suppress(ValueError, OSError):  # macOS has neither the file nor the limit
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + int(megabytes * 1e6)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with suppress(EOFError, BrokenPipeError):
        connection.send(True)
        while True:
            connection.send(_called(function, connection.recv(), megabytes))


def _called(function: Callable[[Any], Any], task: Any, megabytes: float) -> Any:
    try:
        return function(task)
    except MemoryError:
        return Failure(f"needed more than {megabytes:g} MB of memory")
    except RecursionError:
        return Failure("is nested too deeply")
    except UnreadablePdfError as error:
        return Failure(str(error))
    except (DatafootprintError, OSError) as error:
        return error
    except Exception as error:  # noqa: BLE001 - a reader raises whatever a file provokes
        return Failure(f"made its reader fail ({type(error).__name__}: {error})")
