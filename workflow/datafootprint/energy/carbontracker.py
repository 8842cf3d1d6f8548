"""Reading the logs of Carbontracker.

A log gives, for each epoch, its duration and the mean power of each component, both without PUE;
the header says which PUE the tool multiplies its printed totals by. The energy of an epoch is the
sum of power times duration over the components, divided by 3.6e6 J/kWh.

How devices are logged depends on the version. A list in brackets has one mean per device. A plain
number is the mean over *all readings of all devices* (Component.collect_power_usage of 2.4
concatenates them), so that a component of n devices drew n times that number.
"""

import logging
import math
import re
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field

from datafootprint.energy.readings import JOULES_PER_KWH, Component, RunReading
from datafootprint.errors import DatafootprintError

#: An epoch that differs from the median one by more than this factor and this many seconds was
#: timed across a step of the clock or on a suspended machine. Load alone can make epochs of seconds
#: differ by more than the factor.
CLOCK_JUMP_RATIO = 5.0
CLOCK_JUMP_SECONDS = 60.0
MOST_DIGITS = 9

_STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d - (.*)$")
_VERSION = re.compile(r"carbontracker version (\S+)")
_PUE = re.compile(r"PUE coefficient of (\d{1,9}(?:\.\d{1,9})?)")
_DEVICES = re.compile(r"\b(\w+) with device\(s\) (.{0,2000}?)\.(?= \w+ with device\(s\) |$)")
_EPOCH = re.compile(r"^Epoch (\d+):$")
_DURATION = re.compile(r"^Duration: (-?)(\d{1,9}):(\d{1,2}):(\d{1,2}(?:\.\d+)?)$")
_POWER = re.compile(r"^Average power usage \(W\) for (.+?): (.*)$")

log = logging.getLogger(__name__)


@dataclass
class _Epoch:
    number: int
    seconds: float | None = None
    power_w: dict[str, float] = field(default_factory=dict)


def read_carbontracker_log(text: str, source: str) -> RunReading:
    """Read the standard log of one run (`*_carbontracker.log`).

    Parameters
    ----------
    text : str
        The log.
    source : str
        Name of the file, for messages and the table.

    Returns
    -------
    RunReading

    Raises
    ------
    DatafootprintError
        If this is not such a log, holds no complete epoch, a component has no reading or reads
        zero, or the clock jumped in a way that leaves no epoch to trust.
    """
    messages = _messages(text)
    version = next((m[1] for line in messages if (m := _VERSION.search(line))), None)
    if version is None:
        raise DatafootprintError(
            f"{source}: not a Carbontracker log: no line 'carbontracker version ...'; name the "
            "file that ends in _carbontracker.log, not _output.log or _err.log."
        )
    devices = _devices(messages)
    epochs = _epochs(messages, devices, source)
    kept, cut = _complete(epochs, devices, source)
    steady = _without_clock_jumps(kept, source)
    joules = [sum(epoch.power_w.values()) * _seconds(epoch) for epoch in steady]
    seconds = sum(_seconds(epoch) for epoch in steady)
    return RunReading(
        source=source,
        tool="carbontracker",
        tool_version=version,
        epochs=len(steady),
        epochs_dropped=cut + len(kept) - len(steady),
        seconds_per_epoch=seconds / len(steady),
        it_kwh_per_epoch=math.fsum(joules) / JOULES_PER_KWH / len(steady),
        pue=read_pue(text),
        components=tuple(
            Component(
                name,
                devices.get(name, (name,)),
                math.fsum(epoch.power_w[name] * _seconds(epoch) for epoch in steady) / seconds,
            )
            for name in steady[0].power_w
        ),
    )


def read_epoch_energies(text: str, source: str) -> list[float]:
    """Return the energy of each epoch in kWh before PUE, for epochs that need not be alike.

    Raises
    ------
    DatafootprintError
        As `read_carbontracker_log`, but clock jumps cannot be told from long epochs here: only
        negative durations are refused.
    """
    messages = _messages(text)
    devices = _devices(messages)
    kept, _ = _complete(_epochs(messages, devices, source), devices, source)
    for epoch in kept:
        if _seconds(epoch) < 0:
            raise DatafootprintError(
                f"{source}: epoch {epoch.number} has a negative duration: the clock was set back; "
                "measure again."
            )
    return [sum(epoch.power_w.values()) * _seconds(epoch) / JOULES_PER_KWH for epoch in kept]


def read_pue(text: str) -> float:
    """Return the PUE that the header says the tool multiplies its totals by; 1 if none."""
    return next((float(m[1]) for line in _messages(text) if (m := _PUE.search(line))), 1.0)


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


def _devices(messages: list[str]) -> dict[str, tuple[str, ...]]:
    for line in messages:
        if line.startswith("The following components were found:"):
            return {
                name.lower(): tuple(device.strip() for device in listed.split(", "))
                for name, listed in _DEVICES.findall(line.partition(": ")[2])
            }
    return {}


def _epochs(
    messages: list[str], devices: dict[str, tuple[str, ...]], source: str
) -> dict[int, _Epoch]:
    epochs: dict[int, _Epoch] = {}
    current: _Epoch | None = None
    for line in messages:
        if match := _EPOCH.match(line):
            if len(match[1]) > MOST_DIGITS:
                raise DatafootprintError(
                    f"{source}: the number of an epoch has {len(match[1])} digits; the log is "
                    "damaged."
                )
            number = int(match[1])
            if number in epochs:
                raise DatafootprintError(
                    f"{source}: epoch {number} occurs twice; a log must hold one run, split it."
                )
            current = epochs[number] = _Epoch(number)
        elif current is None:
            continue
        elif match := _DURATION.match(line):
            hours, minutes, seconds = int(match[2]), int(match[3]), float(match[4])
            duration = hours * 3600 + minutes * 60 + seconds
            current.seconds = -duration if match[1] else duration
        elif match := _POWER.match(line):
            name = match[1]
            cut = match[2].startswith("[") and not match[2].endswith("]")
            if not cut and (name in devices or not devices):
                current.power_w[name] = _power_w(
                    match[2], devices.get(name), f"{source}, epoch {current.number}"
                )
    return epochs


def _power_w(logged: str, devices: tuple[str, ...] | None, where: str) -> float:
    """Return the power in W of all `devices` of a component; None: the header names none."""
    if logged in ("None", "nan"):
        raise DatafootprintError(
            f"{where}: the tracker took no power reading, the epoch was shorter than its update "
            "interval; measure longer epochs or set a shorter interval."
        )
    try:
        values = [float(value) for value in logged.strip("[]").replace(",", " ").split()]
    except ValueError:
        values = []
    if not values:
        raise DatafootprintError(f"{where}: {logged[:80]!r} is not a power in W.")
    if not all(math.isfinite(value) and value > 0 for value in values):
        raise DatafootprintError(
            f"{where}: a power of {logged[:80]} W was logged. A device never draws nothing: the "
            "tracker could not read it (RAPL needs read permission on energy_uj); measure again."
        )
    if not logged.startswith("["):
        return values[0] * (1 if devices is None else len(devices))
    if devices and len(values) != len(devices):
        raise DatafootprintError(
            f"{where}: {len(values)} power(s) for {len(devices)} device(s) in the header; the log "
            "is damaged."
        )
    return sum(values)


def _complete(
    epochs: dict[int, _Epoch], devices: Iterable[str], source: str
) -> tuple[list[_Epoch], int]:
    """Leave out epochs that a killed run has not finished writing."""
    names = {name for epoch in epochs.values() for name in epoch.power_w} | set(devices)
    complete = [e for e in epochs.values() if e.seconds is not None and set(e.power_w) == names]
    if not complete or not names:
        raise DatafootprintError(f"{source}: the log holds no complete epoch; leave it out.")
    cut = len(epochs) - len(complete)
    if cut:
        log.warning("%s: %d incomplete epoch(s) left out, the log was cut.", source, cut)
    return complete, cut


def _without_clock_jumps(epochs: list[_Epoch], source: str) -> list[_Epoch]:
    """Leave out epochs during which the clock was set or the machine slept.

    Durations are differences of the wall clock, not of a monotonic one.
    """
    positive = [epoch for epoch in epochs if _seconds(epoch) > 0]
    if not positive:
        raise DatafootprintError(f"{source}: no epoch has a positive duration; measure again.")
    median = statistics.median(_seconds(epoch) for epoch in positive)
    steady = [
        epoch
        for epoch in positive
        if median / CLOCK_JUMP_RATIO <= _seconds(epoch) <= median * CLOCK_JUMP_RATIO
        or abs(_seconds(epoch) - median) <= CLOCK_JUMP_SECONDS
    ]
    if len(steady) * 2 <= len(positive):
        raise DatafootprintError(
            f"{source}: the durations of the epochs differ by a factor of {_ratio(positive):.1f} "
            "and no majority agrees: the clock jumped or the runs are not alike; measure again."
        )
    for epoch in epochs:
        if epoch not in steady:
            log.warning(
                "%s: epoch %d lasted %.2f s where the median is %.2f s; left out as a clock jump.",
                source,
                epoch.number,
                _seconds(epoch),
                median,
            )
    return steady


def _ratio(epochs: list[_Epoch]) -> float:
    durations = [_seconds(epoch) for epoch in epochs]
    return max(durations) / min(durations)


def _seconds(epoch: _Epoch) -> float:
    assert epoch.seconds is not None
    return epoch.seconds
