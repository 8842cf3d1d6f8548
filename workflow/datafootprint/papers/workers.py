"""Worker processes with limits of time and memory: a bad file costs its worker, not the run."""

import math
import os
import resource
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
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

    The result is a `Failure` if a task computed for longer than `seconds` (of processor time, since
    the clock goes on while a run is stopped or its node is overloaded), took more than `megabytes`
    (10^6 bytes) in addition to what a worker starts with, raised, or crashed its worker. What ended
    its worker is done once more, alone, before that counts: the machine may be to blame. A
    DatafootprintError or an OSError (a full disk is not the task's fault) is raised again.
    """
    pending, again = deque(enumerate(tasks)), deque[tuple[int, Any]]()
    busy: dict[Any, _Worker] = {}
    idle: list[_Worker] = []
    results: dict[int, Any] = {}
    following = 0
    try:
        while following < len(tasks):
            while (pending and len(busy) < workers) or not busy:
                worker = idle.pop() if idle else _Worker(function, seconds, megabytes)
                queue = pending or again
                worker.begin(*queue.popleft(), queue is pending)
                busy[worker.connection] = worker
            for connection in wait(list(busy)):
                worker = busy.pop(connection)
                result = worker.result()
                if not worker.connection.closed:
                    idle.append(worker)
                if isinstance(result, Exception):
                    raise result
                if worker.connection.closed and worker.may_try_again:
                    again.append((worker.number, worker.task))
                else:
                    results[worker.number] = result
            while following in results:
                yield results.pop(following)
                following += 1
    finally:
        for worker in [*busy.values(), *idle]:
            worker.stop()


class _Worker:
    def __init__(self, function: Callable[[Any], Any], seconds: float, megabytes: float) -> None:
        self.seconds = seconds
        self.connection, theirs = Pipe()
        # Not `multiprocessing`, whose processes import the script of the job once more.
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", f"from {__name__} import serve; serve({theirs.fileno()})"],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        self.connection.send((function, seconds, megabytes))

    def begin(self, number: int, task: Any, may_try_again: bool) -> None:
        self.number, self.task, self.may_try_again = number, task, may_try_again
        with suppress(OSError):  # a worker that was killed while it was idle has no result
            self.connection.send(task)

    def result(self) -> Any:
        with suppress(EOFError, OSError):
            return self.connection.recv()
        self.connection.close()
        code = self.process.wait()
        if code == -signal.SIGXCPU:
            return Failure(f"took longer than {self.seconds:g} s")
        ending = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return Failure(f"crashed its reader ({ending})")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.connection.close()


def serve(descriptor: int) -> None:
    """Do one task after the other, until the job closes the connection or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(descriptor)
    function, seconds, megabytes = connection.recv()
    with suppress(ValueError, OSError):  # macOS has neither the file nor the limit
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + int(megabytes * 1e6)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    longest = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with suppress(EOFError, BrokenPipeError):
        while True:
            task = connection.recv()
            # The kernel ends the process when it has computed for so long.
            end_s = math.ceil(time.process_time() + seconds)
            with suppress(ValueError):  # the machine's own limit is lower
                resource.setrlimit(resource.RLIMIT_CPU, (end_s, longest))
            connection.send(_called(function, task, megabytes))


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
