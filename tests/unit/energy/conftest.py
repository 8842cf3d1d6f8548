"""Logs as the trackers write them."""

import pytest


@pytest.fixture
def carbontracker_log():
    """Write a log with epochs of (duration as printed, {component: power as printed})."""

    def write(epochs, devices=None):
        devices = devices or {"cpu": ["AMD EPYC"]}
        found = " ".join(f"{k.upper()} with device(s) {', '.join(v)}." for k, v in devices.items())
        lines = ["carbontracker version 2.4.7"]
        lines += ["Only consumptions are multiplied by a PUE coefficient of 1.58 (Bizo, 2023)."]
        lines += [f"The following components were found: {found}", "Monitoring thread started."]
        for number, (duration, powers) in enumerate(epochs, start=1):
            lines += [f"Epoch {number}:", f"Duration: {duration}"]
            lines += [f"Average power usage (W) for {k}: {v}" for k, v in powers.items()]
        lines += ["Monitoring thread ended."]
        return "".join(f"2026-01-01 12:00:00 - {line}\n" for line in lines)

    return write
