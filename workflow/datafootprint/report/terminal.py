"""What a run says on the terminal: which jobs are done, its number, and where the report is."""

import json
import logging
from pathlib import Path

#: What Snakemake says before each job: its files, resources and number. Its own log has it all.
DETAILS = {"job_info", "job_started", "Select jobs to execute..."}


def leave_out_details(logger: logging.Logger) -> None:
    """Let the terminal have the progress of a run, and errors, without details of each job."""
    for handler in logger.handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(
                lambda record: DETAILS.isdisjoint((getattr(record, "event", ""), str(record.msg)))
            )


def headline_of(results: str | Path) -> str:
    """Return the abstract of the footprint and the report's place; "" without a current one."""
    page, card = (Path(results) / name for name in ("report.html", "footprint.json"))
    newest = Path(results) / "training_emissions.csv"
    if not all(path.is_file() for path in (page, card, newest)):
        return ""
    if card.stat().st_mtime < newest.stat().st_mtime:
        return ""
    abstract = json.loads(card.read_text(encoding="utf-8"))["abstract"]
    return f"{abstract}\nReport: {page.resolve()}"
