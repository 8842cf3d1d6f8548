"""Reading the logs of Carbontracker.

A log gives, for each epoch, its duration and the mean power of each component, both without PUE;
the header says which PUE the tool multiplies its printed totals by. The energy of an epoch is the
sum of power times duration over the components, divided by 3.6e6 J/kWh.

How devices are logged depends on the version. A list in brackets has one mean per device. A plain
number is the mean over *all readings of all devices* (Component.collect_power_usage of 2.4
concatenates them), so that a component of n devices drew n times that number. On Apple silicon
"GPU, ANE" is one device: the tool reads the sum of both, which may be 0 W.

A processor goes by the names of its RAPL domains (cpu:0, dram:0) where its power was read. One that
goes by its brand has no sensor: the tool took half its thermal design power.
"""

import math
import re
from collections.abc import Sequence

import pandas as pd

from datafootprint.energy.readings import JOULES_PER_KWH, Component, RunReading
from datafootprint.errors import DatafootprintError

#: An epoch that differs from the median one by more than this factor and this many seconds was
#: timed across a step of the clock or on a suspended machine. Load alone can make epochs of seconds
#: differ by more than the factor.
CLOCK_JUMP_RATIO = 5.0
CLOCK_JUMP_SECONDS = 60.0
SECONDS = "seconds"
#: What Carbontracker calls the devices of Apple silicon, and RAPL domains.
APPLE_GPU, APPLE_CPU = "GPU + ANE", "CPU"
_RAPL_DOMAIN = re.compile(r"(cpu|dram|package|core|uncore)(-?\d+)?(:\d+)*", re.IGNORECASE)
_STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - (.*)$")
_VERSION = re.compile(r"carbontracker version (\S+)")
_PUE = re.compile(r"PUE coefficient of (\d+(?:\.\d+)?)")
_COMPONENTS = re.compile(r"^The following components were found: (.*)$")
_COMPONENT = re.compile(r"\b(\w+) with device\(s\) ")
_OF_AN_EPOCH = re.compile(
    r"^Epoch (?P<epoch>\d{1,9}):$"
    r"|^Duration: (?P<duration>-?\d{1,6}:\d\d?:\d\d?(?:\.\d+)?)$"
    r"|^Average power usage \(W\) for (?P<component>.+?): (?P<power>[^[].*|\[.*\])$"
)


def read_carbontracker_log(text: str, source: str) -> RunReading:
    """Read the standard log of one run (`*_carbontracker.log`), which is the file `source`.

    A log without a complete epoch, or without epochs to trust, is refused.
    """
    lines = _messages(text)
    version = _first(_VERSION, lines)
    if version is None:
        raise DatafootprintError(
            f"{source}: not a Carbontracker log: no line 'carbontracker version ...'; name the "
            "file that ends in _carbontracker.log, not _output.log or _err.log."
        )
    devices = _devices(lines)
    complete, incomplete = _epochs(lines, devices, source)
    steady = _without_clock_jumps(complete, source)
    joules, seconds = steady.drop(columns=SECONDS), steady[SECONDS].sum()
    if not joules.to_numpy().any():
        raise DatafootprintError(f"{source}: no device drew any power; measure again.")
    jumps = len(complete) - len(steady)
    return RunReading(
        source=source,
        tool=f"carbontracker {version}",
        epochs=len(steady),
        epochs_dropped=incomplete + jumps,
        seconds_per_epoch=seconds / len(steady),
        it_kwh_per_epoch=joules.to_numpy().sum() / JOULES_PER_KWH / len(steady),
        pue=_pue(lines),
        components=tuple(
            Component(
                name,
                devices.get(name, (name,)),
                joules[name].sum() / seconds,
                _is_assumed(name, devices.get(name, ())),
            )
            for name in map(str, joules)
        ),
        notes=(
            ("incomplete epoch(s) left out: the log was cut", incomplete),
            ("epoch(s) left out as clock jumps", jumps),
        ),
    )


def read_epochs_wh(text: str, source: str) -> list[float]:
    """Return the energy of each epoch in Wh, with the PUE of the tool's totals.

    The epochs need not be alike, so that clock jumps cannot be told from long ones: only negative
    durations are refused.
    """
    lines = _messages(text)
    epochs, _ = _epochs(lines, _devices(lines), source)
    if (epochs[SECONDS] < 0).any():
        raise DatafootprintError(
            f"{source}: an epoch has a negative duration: the clock was set back; measure again."
        )
    joules = epochs.drop(columns=SECONDS).sum(axis="columns")
    energies: list[float] = (joules / JOULES_PER_KWH * 1000 * _pue(lines)).tolist()
    return energies


def _messages(text: str) -> list[str]:
    """Strip time stamps and join the lines of a list that NumPy has wrapped.

    A last line without an end may be cut, within a number too, and is left out.
    """
    whole = text if text.endswith("]") else text[: text.rfind("\n") + 1]
    messages: list[str] = []
    for line in whole.splitlines():
        stamped = _STAMP.match(line)
        if stamped:
            messages.append(stamped[1].strip())
        elif messages:
            messages[-1] += " " + line.strip()
    return messages


def _first(pattern: re.Pattern[str], lines: Sequence[str]) -> str | None:
    """Return what the pattern finds first in the messages of a log."""
    return next((match[1] for line in lines if (match := pattern.search(line))), None)


def _pue(lines: Sequence[str]) -> float:
    return float(_first(_PUE, lines) or 1)


def _devices(lines: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the devices of each component, as the header lists them."""
    _, *parts = _COMPONENT.split(_first(_COMPONENTS, lines) or "")
    found = {
        name.lower(): tuple(listed.strip().removesuffix(".").split(", "))
        for name, listed in zip(parts[::2], parts[1::2], strict=True)
    }
    return {
        name: (APPLE_GPU,) if devices == ("GPU", "ANE") else devices
        for name, devices in found.items()
    }


def _is_assumed(component: str, devices: tuple[str, ...]) -> bool:
    if component != "cpu" or devices == (APPLE_CPU,):
        return False
    return not all(_RAPL_DOMAIN.fullmatch(device) for device in devices)


def _epochs(
    lines: Sequence[str], devices: dict[str, tuple[str, ...]], source: str
) -> tuple[pd.DataFrame, int]:
    """Return seconds and energy in J of each component, by epoch; and how many were not finished.

    An epoch that lacks its duration or a power was cut by the end of the run.
    """
    found = pd.Series(lines, dtype="str").str.extract(_OF_AN_EPOCH)
    if found["epoch"].dropna().duplicated().any():
        raise DatafootprintError(
            f"{source}: an epoch occurs twice; a log must hold one run, split it."
        )
    found["epoch"] = found["epoch"].ffill()
    found = found.dropna(subset="epoch")
    powers: dict[str, dict[str, float]] = {name: {} for name in devices}
    logged = found.dropna(subset="power")
    for epoch, name, power in logged[["epoch", "component", "power"]].to_numpy().tolist():
        if name in devices or not devices:
            watts = _power_w(power, devices.get(name), f"{source}, epoch {epoch}")
            powers.setdefault(name, {})[epoch] = watts
    durations = found.groupby("epoch", sort=False)["duration"].last()
    epochs = pd.DataFrame(powers, index=durations.index)
    seconds = pd.to_timedelta(durations).dt.total_seconds()
    complete = epochs.mul(seconds, axis="index").assign(**{SECONDS: seconds}).dropna()
    if complete.empty or not powers:
        raise DatafootprintError(f"{source}: the log holds no complete epoch; leave it out.")
    return complete, len(epochs) - len(complete)


def _power_w(logged: str, devices: tuple[str, ...] | None, where: str) -> float:
    """Return the power in W of all `devices` of a component; None: the header names none."""
    if logged in ("None", "nan"):
        raise DatafootprintError(
            f"{where}: the tracker took no power reading, since the epoch was shorter than its "
            "update interval; measure longer epochs or set a shorter interval."
        )
    try:
        values = [float(value) for value in logged.strip("[]").replace(",", " ").split()]
    except ValueError:
        values = []
    # The GPU of Apple silicon may be off; other devices never draw nothing.
    off = devices == (APPLE_GPU,)
    if not values or not all(0 < value < math.inf or (off and value == 0) for value in values):
        raise DatafootprintError(
            f"{where}: a power of {logged[:80]!r} W was logged, but a device draws more than 0 W: "
            "the tracker could not read it (RAPL needs read permission on energy_uj); measure "
            "again."
        )
    if not logged.startswith("["):
        return values[0] * len(devices or [""])
    if devices and len(values) != len(devices) and not off:
        raise DatafootprintError(
            f"{where}: {len(values)} power(s) for {len(devices)} device(s) in the header; the log "
            "is damaged."
        )
    return sum(values)


def _without_clock_jumps(epochs: pd.DataFrame, source: str) -> pd.DataFrame:
    """Leave out epochs during which the clock was set or the machine slept.

    Durations are differences of the wall clock, not of a monotonic one.
    """
    positive = epochs.loc[epochs[SECONDS] > 0, SECONDS]
    low, high = positive.median() / CLOCK_JUMP_RATIO, positive.median() * CLOCK_JUMP_RATIO
    close = (positive - positive.median()).abs() <= CLOCK_JUMP_SECONDS
    steady = positive[positive.between(low, high) | close]
    if len(steady) * 2 <= len(positive):
        raise DatafootprintError(
            f"{source}: the durations of the epochs, up to {epochs[SECONDS].max():g} s, do not "
            "agree by majority: the clock jumped or the runs are not alike; measure again."
        )
    return epochs.loc[steady.index]
