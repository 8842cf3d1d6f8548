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
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from queue import Empty, SimpleQueue
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
    idle: SimpleQueue[_Worker] = SimpleQueue()
    made: list[_Worker] = []

    def attempt(task: Any) -> tuple[Any, bool]:
        try:
            worker = idle.get_nowait()
        except Empty:
            worker = _Worker(function, seconds, megabytes)
            made.append(worker)
        result = worker.result_of(task)
        if not worker.connection.closed:
            idle.put(worker)
        return result, worker.connection.closed

    with ThreadPoolExecutor(workers) as threads:
        attempts = deque(threads.submit(attempt, task) for task in tasks)
        try:
            for task in tasks:
                result, has_crashed = attempts.popleft().result()
                if has_crashed:
                    wait(attempts)
                    result, _ = attempt(task)
                if isinstance(result, Exception):
                    raise result
                yield result
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in made:
                worker.process.kill()
                worker.process.wait()


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

    def result_of(self, task: Any) -> Any:
        with suppress(EOFError, OSError):  # a worker that was killed has no result
            self.connection.send(task)
            return self.connection.recv()
        self.connection.close()
        code = self.process.wait()
        if code == -signal.SIGXCPU:
            return Failure(f"took longer than {self.seconds:g} s")
        ending = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return Failure(f"crashed its reader ({ending})")


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
