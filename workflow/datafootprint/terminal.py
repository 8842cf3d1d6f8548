"""What a run says on the terminal: which jobs are done, its number, and where the report is."""

import json
import logging
import threading
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

#: What Snakemake says before each job: its files, resources and number. Its own log has it all.
DETAILS = {"job_info", "job_started", "Select jobs to execute..."}
#: Files that the end of a run names.
MOST_FILES = 6


def leave_out_details(logger: logging.Logger) -> None:
    """Let the terminal have the progress of a run, and errors, without details of each job."""
    for handler in logger.handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(
                lambda record: DETAILS.isdisjoint((getattr(record, "event", ""), str(record.msg)))
            )


def stop_timers() -> None:
    """Stop the timers of Snakemake's scheduler, for which it would wait a second at its end."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()


def last_words(
    rules: Collection[str], files: Iterable[str], absent: Iterable[str], results: Path
) -> Iterator[str]:
    """Yield what a run has made: its number and page, or the files that were asked for.

    `rules` are those that the run needed, `files` what its targets name, `absent` the tables that
    it does not make.
    """
    if left := sorted(name for name in absent if (results / f"{name}.csv").is_file()):
        yield (
            f"Of an earlier run with other settings, and not of this one: {', '.join(left)} "
            f"(.csv in {results}/)."
        )
    page, tables = results / "report.html", results / "training_emissions.csv"
    if "write_report" in rules:
        card = json.loads((results / "footprint.json").read_text(encoding="utf-8"))
        yield f"{card['abstract']}\nReport: {page.resolve()}"
        return
    shown = sorted(files)
    more = f" and {len(shown) - MOST_FILES} more" if len(shown) > MOST_FILES else ""
    yield f"Results: {', '.join(shown[:MOST_FILES])}{more}"
    if page.is_file() and tables.is_file() and page.stat().st_mtime < tables.stat().st_mtime:
        yield (
            f"{page} is older than {tables} and may be of other settings: `snakemake` with the "
            "settings of this run renews it."
        )
