"""Logs as the trackers write them."""

from collections.abc import Callable

import pytest

PUE_LINE = (
    "Only predicted and actual consumptions are multiplied by a PUE coefficient of 1.58 "
    "(Daniel Bizo, 2023, Uptime Institute Global Data Center Survey)."
)


@pytest.fixture
def carbontracker_log() -> Callable[..., str]:
    """Write a log with epochs of (duration as printed, {component: power as printed})."""

    def write(
        epochs: list[tuple[str, dict[str, str]]],
        devices: dict[str, list[str]] | None = None,
        version: str = "2.4.7",
        pue_line: str | None = PUE_LINE,
    ) -> str:
        devices = devices or {"cpu": ["AMD EPYC"]}
        found = " ".join(f"{k.upper()} with device(s) {', '.join(v)}." for k, v in devices.items())
        lines = [f"carbontracker version {version}"]
        lines += [pue_line] if pue_line else []
        lines += [f"The following components were found: {found}", "Monitoring thread started."]
        for number, (duration, powers) in enumerate(epochs, start=1):
            lines += [f"Epoch {number}:", f"Duration: {duration}"]
            lines += [f"Average power usage (W) for {k}: {v}" for k, v in powers.items()]
        lines += ["Monitoring thread ended."]
        return "".join(f"2026-01-01 12:00:00 - {line}\n" for line in lines)

    return write
