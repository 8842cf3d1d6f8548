"""Metering with Carbontracker: one log for the epochs of a run, one for its selection."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from datafootprint.energy.carbontracker import read_epochs_wh

LOG_SUFFIX = "_carbontracker.log"


class Meter:
    """Logs the energy of phases that follow each other, as epochs of one Carbontracker log.

    The log is in `folder`, under the name that `log` returns.
    """

    def __init__(self, folder: Path, name: str, phases: int, update_interval_s: float) -> None:
        from carbontracker.tracker import CarbonTracker

        self._folder, self._name = folder, name
        # Carbontracker's own way with errors is to end the process; ignored errors stop the log,
        # which `log` then refuses.
        self._tracker: Any = CarbonTracker(
            epochs=phases,
            monitor_epochs=phases,
            epochs_before_pred=0,
            update_interval=update_interval_s,
            log_dir=str(folder),
            log_file_prefix=name,
            ignore_errors=True,
            verbose=0,
        )

    @contextmanager
    def phase(self) -> Iterator[None]:
        """Meter what happens inside."""
        self._tracker.epoch_start()
        try:
            yield
        finally:
            self._tracker.epoch_end()

    def log(self) -> Path:
        """End metering and return the log, renamed to `<name>_carbontracker.log` and readable."""
        self._tracker.stop()
        (found,) = self._folder.glob(f"{self._name}_*Z{LOG_SUFFIX}")
        target = self._folder / f"{self._name}{LOG_SUFFIX}"
        found.replace(target)
        for rest in self._folder.glob(f"{self._name}_*Z_carbontracker_*.log"):
            rest.unlink()
        read_epochs_wh(target.read_text(encoding="utf-8"), target.name)
        return target
