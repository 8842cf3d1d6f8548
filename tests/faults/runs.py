"""Runs of the real Snakemake in a folder of their own, and what they said and left."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

#: Results that must be the same byte by byte, however a run came to them.
SAME = (".csv", ".jsonl", ".md", ".tex", ".html", ".gz")
TIMES = rb'"(server_)?seconds": [0-9.e-]+'


@dataclass(frozen=True)
class Done:
    """How a run ended, what it printed, and the errors that stand in its logs."""

    code: int
    output: str
    errors: list[str]

    def told(self, sentence: re.Pattern[str]) -> None:
        """Check that the run failed with this sentence and nothing else."""
        assert self.code != 0, self.output
        assert "Traceback" not in self.output, self.output
        # Errors in the configuration are reported before there is a log.
        lines = self.errors or [line.strip() for line in self.output.splitlines()]
        assert any(map(sentence.fullmatch, lines)), lines
        assert not self.errors or all(map(sentence.fullmatch, self.errors)), self.errors


def command(*arguments: str) -> list[str]:
    """Return a command that runs the workflow of the folder it is run in."""
    return [sys.executable, "-m", "snakemake", "--cores", "2", "--rerun-incomplete", *arguments]


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a run whose processes form a group; what it prints goes to output.log."""
    with (folder / "output.log").open("ab") as output:
        return subprocess.Popen(
            command(*arguments),
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
            # A shell that starts pytest in the background has it ignore Ctrl-C.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )


def run(folder: Path, *arguments: str, **environment: str) -> Done:
    """Run to the end."""
    return ended(folder, command(*arguments), **environment)


def ended(folder: Path, whole_command: list[str], **environment: str) -> Done:
    """Run a whole command to the end and read the logs."""
    ran = subprocess.run(
        whole_command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, **environment},
    )
    logs = [path.read_text(encoding="utf-8") for path in (folder / "logs").rglob("*.log")]
    errors = sorted({log.removeprefix("ERROR: ").strip() for log in logs if log[:6] == "ERROR:"})
    return Done(ran.returncode, ran.stdout + ran.stderr, errors)


def said(folder: Path) -> str:
    """Return what the runs that were started printed."""
    return (folder / "output.log").read_text(errors="replace")


def tables(folder: Path) -> dict[str, bytes]:
    """Return the results that have their name, which must be whole, without times of answers."""
    top = folder / "results"
    return {
        str(path.relative_to(top)): re.sub(TIMES, b"", path.read_bytes())
        for path in sorted(top.rglob("*"))
        if path.suffix in SAME
    }


def hidden(top: Path) -> list[Path]:
    """Return what was left half-written below a folder."""
    return [path for path in top.rglob(".*") if path.name != ".snakemake_timestamp"]
