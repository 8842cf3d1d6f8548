"""What a log of an energy tracker says about one training run, whichever tool wrote it."""

from dataclasses import dataclass

JOULES_PER_KWH = 3.6e6
#: What the tools call the component of all GPUs.
GPU = "gpu"


@dataclass(frozen=True)
class Component:
    """A part of the machine that was metered."""

    name: str  # gpu, cpu, ram
    devices: tuple[str, ...]
    power_w: float  # mean power of all its devices together, without PUE


@dataclass(frozen=True)
class RunReading:
    """One training run as metered."""

    source: str  # file, and the run inside it where a file holds several
    tool: str  # program that wrote the log
    tool_version: str
    epochs: int  # complete epochs that the means below are over
    epochs_dropped: int  # epochs left out because their clock or their lines were broken
    seconds_per_epoch: float
    it_kwh_per_epoch: float  # energy of the equipment, without PUE
    pue: float  # that the tool multiplies its totals by; 1 if it applies none
    components: tuple[Component, ...]
    run_id: str | None = None  # the tool's own name of the run, where it gives one

    @property
    def gpus(self) -> int:
        """Number of GPUs that were metered."""
        return sum(len(part.devices) for part in self.components if part.name == GPU)

    @property
    def hardware(self) -> str:
        """Components and their devices."""
        return ", ".join(f"{part.name}: {' + '.join(part.devices)}" for part in self.components)
