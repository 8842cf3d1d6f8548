"""What a log of an energy tracker says about one training run, whichever tool wrote it."""

from dataclasses import dataclass

JOULES_PER_KWH = 3.6e6
#: What the tools call the component of all GPUs.
GPU = "gpu"


@dataclass(frozen=True)
class Component:
    """A part of the machine that was metered, such as gpu, cpu, ram.

    `power_w` is the mean power of all its devices together in W, without PUE.
    """

    name: str
    devices: tuple[str, ...]
    power_w: float


@dataclass(frozen=True)
class RunReading:
    """One training run as metered.

    Attributes
    ----------
    source : str
        File, and the run inside it where a file holds several.
    tool, tool_version : str
        Program that wrote the log.
    epochs : int
        Complete epochs that the means below are over.
    epochs_dropped : int
        Epochs left out because their clock or their lines were broken.
    seconds_per_epoch : float
        Mean duration of an epoch in s.
    it_kwh_per_epoch : float
        Mean energy of the equipment in kWh per epoch, before PUE.
    pue : float
        PUE that the tool multiplies its totals by; 1 if it applies none.
    components : tuple of Component
        What was metered.
    run_id : str, optional
        The tool's own name of the run, where it gives one.
    """

    source: str
    tool: str
    tool_version: str
    epochs: int
    epochs_dropped: int
    seconds_per_epoch: float
    it_kwh_per_epoch: float
    pue: float
    components: tuple[Component, ...]
    run_id: str | None = None

    @property
    def gpus(self) -> int:
        """Number of GPUs that were metered."""
        return sum(len(part.devices) for part in self.components if part.name == GPU)

    @property
    def hardware(self) -> str:
        """Components and their devices."""
        return ", ".join(f"{part.name}: {' + '.join(part.devices)}" for part in self.components)
