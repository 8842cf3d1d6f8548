"""What a log of an energy tracker says about one training run, whichever tool wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

JOULES_PER_KWH = 3.6e6
#: What the tools call the component of all GPUs.
GPU = "gpu"
#: Whether a tracker metered all of the machine or one process.
MACHINE, PROCESS = "machine", "process"


@dataclass(frozen=True)
class Component:
    """A part of the machine that was metered."""

    name: str  # gpu, cpu, ram
    devices: tuple[str, ...]
    power_w: float  # mean power of all its devices together, without PUE
    # Whether the tracker took the power from a table instead of a sensor; None if it does not say.
    assumed: bool | None = False


@dataclass(frozen=True)
class RunReading:
    """One training run, or a part of it, as metered."""

    source: str  # file, and the run inside it where a file holds several
    tool: str  # program that wrote the log, with its version
    epochs: float  # complete epochs that the means below are over
    epochs_dropped: int  # epochs left out because their clock or their lines were broken
    seconds_per_epoch: float
    it_kwh_per_epoch: float  # energy of the equipment, without PUE
    pue: float  # that the tool multiplies its totals by; 1 if it applies none
    components: tuple[Component, ...]
    run_id: str | None = None  # the tool's own name of the run, where it gives one
    tracking_mode: str | None = None  # machine or process, where the tool tells them apart
    experiment: str | None = None  # what runs share that belong together, where the tool says so
    notes: tuple[tuple[str, int], ...] = ()  # what a reader of the result must know, and how often

    @property
    def gpus(self) -> int | None:
        """Number of GPUs that were metered; None if the tool names no parts of the machine."""
        if not self.components:
            return None
        return sum(len(part.devices) for part in self.components if part.name == GPU)

    @property
    def hardware(self) -> str:
        """Components and their devices."""
        return ", ".join(f"{part.name}: {' + '.join(part.devices)}" for part in self.components)

    @property
    def assumed_share(self) -> float | None:
        """Part of the energy whose power was not metered; None if the tool does not say."""
        if not self.components or any(part.assumed is None for part in self.components):
            return None
        power = sum(part.power_w for part in self.components)
        return sum(part.power_w for part in self.components if part.assumed) / power


def add_up(parts: Sequence[RunReading]) -> RunReading:
    """Make one run of parts that processes or machines metered at the same time.

    Their energies add up; the slowest part says how long an epoch takes.
    """
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    seconds = max(part.seconds_per_epoch for part in parts)
    components: dict[str, Component] = {}
    for part in parts:
        for one in part.components:
            power_w = one.power_w * part.seconds_per_epoch / seconds
            other = components.get(one.name, Component(one.name, (), 0.0))
            components[one.name] = Component(
                one.name, other.devices + one.devices, other.power_w + power_w, one.assumed
            )
    notes = [note for part in parts for note in part.notes]
    if any(part.tracking_mode == MACHINE for part in parts):
        note = "parts of a run are of tracking_mode machine: what they share is counted in each"
        notes.append((note, len(parts)))
    return replace(
        first,
        source=" + ".join(part.source for part in parts),
        epochs=min(part.epochs for part in parts),
        epochs_dropped=sum(part.epochs_dropped for part in parts),
        seconds_per_epoch=seconds,
        it_kwh_per_epoch=sum(part.it_kwh_per_epoch for part in parts),
        pue=first.pue if len({part.pue for part in parts}) == 1 else 1.0,
        components=tuple(components.values()),
        notes=tuple(notes),
    )
