"""The tables of this stage, and those of factors and logs that it reads."""

import pandas as pd
import pandera.pandas as pa

from datafootprint.tables import Table

MODEL = pa.Field(description="Architecture")
SUBSET = pa.Field(description="full or the name of a subset such as pruned_25")
STRATEGY = pa.Field(description="How the training data are chosen")
SPREAD = "standard deviation between runs; empty if not known"


class EnergyPerEpoch(Table):
    """Energy and time of one training epoch."""

    model: str = MODEL
    subset: str = SUBSET
    parameters_million: float | None = pa.Field(
        ge=0, nullable=True, description="Parameters in millions"
    )
    minutes_per_epoch: float = pa.Field(gt=0, description="Minutes per epoch")
    kwh_per_epoch: float = pa.Field(
        gt=0, description="Energy per epoch in kWh, with the PUE of the column pue"
    )
    kwh_sd: float | None = pa.Field(
        ge=0, nullable=True, description=f"kwh_per_epoch in kWh: {SPREAD}"
    )
    pue: float | None = pa.Field(
        ge=1, nullable=True, description="Power usage effectiveness that kwh_per_epoch contains"
    )
    source: str | None = pa.Field(nullable=True, description="Where the measurement comes from")
    it_kwh_per_epoch: float | None = pa.Field(
        gt=0,
        nullable=True,
        description="Energy per epoch of the equipment alone in kWh, without PUE",
    )
    minutes_sd: float | None = pa.Field(
        ge=0, nullable=True, description=f"minutes_per_epoch in minutes: {SPREAD}"
    )
    runs: pd.Int64Dtype | None = pa.Field(
        ge=1, le=10**6, nullable=True, description="Runs that were measured"
    )
    epochs: pd.Int64Dtype | None = pa.Field(
        ge=1, le=10**9, nullable=True, description="Epochs that were measured, of all runs"
    )
    epochs_dropped: pd.Int64Dtype | None = pa.Field(
        ge=0,
        le=10**9,
        nullable=True,
        description="Epochs left out because the log was cut or the clock jumped",
    )
    gpus: float | None = pa.Field(
        ge=0, nullable=True, description="GPUs that were metered per run; empty if not known"
    )
    hardware: str | None = pa.Field(nullable=True, description="Devices that were metered")
    tool: str | None = pa.Field(nullable=True, description="Tracker and its version")

    class Config(Table.Config):
        unique = ["model", "subset"]


class EnergyRuns(Table):
    """Which run each energy log belongs to: `runs.csv` in the folder of `energy.logs`."""

    file: str = pa.Field(
        str_matches=r"^[^/\\]+\.(log|csv)$",
        description="Name of a Carbontracker log (.log) or a CodeCarbon file (.csv) in the folder",
    )
    model: str = pa.Field(str_length={"min_value": 1}, description="Architecture")
    subset: str = pa.Field(
        str_length={"min_value": 1}, description="full or the name of a subset such as pruned_25"
    )
    epochs: pd.Int64Dtype = pa.Field(
        ge=1,
        le=10**6,
        nullable=True,
        description="Epochs that the run trained for; needed for CodeCarbon",
    )
    run_id: str | None = pa.Field(
        nullable=True, description="The run in a CodeCarbon file; empty for all"
    )
    pue: float | None = pa.Field(
        ge=1,
        nullable=True,
        description="Power usage effectiveness in a CodeCarbon file that does not say so",
    )

    class Config(Table.Config):
        unique = ["file", "run_id"]


class CodecarbonRows(Table):
    """The columns of CodeCarbon's `emissions.csv` that count; its order is that of the file."""

    run_id: str = pa.Field(str_length={"min_value": 1}, description="The tool's name of the run")
    duration: float = pa.Field(ge=0, description="Duration so far in s")
    energy_consumed: float = pa.Field(ge=0, description="Energy so far in kWh, with PUE")
    gpu_energy: float | None = pa.Field(ge=0, nullable=True, description="Its part of all GPUs")
    cpu_energy: float | None = pa.Field(ge=0, nullable=True, description="Its part of processors")
    ram_energy: float | None = pa.Field(ge=0, nullable=True, description="Its part of the memory")
    pue: float | None = pa.Field(
        ge=1, nullable=True, description="Power usage effectiveness that the energies contain"
    )
    gpu_model: str | None = pa.Field(nullable=True, description="Such as 4 x NVIDIA A100")
    gpu_count: pd.Int64Dtype | None = pa.Field(
        ge=0, le=10_000, nullable=True, description="Number of GPUs"
    )
    cpu_model: str | None = pa.Field(nullable=True, description="Name of the processor")
    codecarbon_version: str | None = pa.Field(nullable=True, description="Version of the tool")


class HardwarePower(Table):
    """Range of the mean power that one device can draw in training."""

    component: str = pa.Field(
        isin=["gpu", "cpu", "ram"], description="Component as trackers name it"
    )
    hardware: str = pa.Field(
        description="Text that the name of a device contains; empty for any device"
    )
    min_w: float = pa.Field(ge=0, description="Lowest plausible mean power in W")
    max_w: float = pa.Field(gt=0, description="Highest plausible mean power in W")
    source: str = pa.Field(description="Where the bounds come from")

    class Config(Table.Config):
        unique = ["component", "hardware"]


class EnergyGains(Table):
    """Time and energy that an epoch on a subset saves."""

    model: str = MODEL
    subset: str = SUBSET
    time_gain: float = pa.Field(le=1, description="Fraction of the time per epoch that is saved")
    energy_gain: float = pa.Field(le=1, description="Fraction of the energy per epoch saved")
    gain_resolved: pd.BooleanDtype = pa.Field(
        nullable=True,
        description="Whether the energies differ at the 5% level (Welch's t test between runs); "
        "empty if a spread is not known",
    )

    class Config(Table.Config):
        unique = ["model", "subset"]


class SelectionCost(Table):
    """What choosing a subset costs once."""

    strategy: str = STRATEGY
    full_epochs: float = pa.Field(
        ge=0, description="Cost in epochs on the full data, of the model to be trained"
    )
    source: str = pa.Field(description="Where the cost comes from")

    class Config(Table.Config):
        unique = ["strategy"]


class BreakEven(Table):
    """After how many training runs on a subset its selection has paid off."""

    strategy: str = STRATEGY
    gain_kind: str = pa.Field(
        isin=["proportional", "measured", "measured_capped"],
        description="The pruned fraction, the measured gain, or the lower of the two",
    )
    model: str = pa.Field(description="Model whose gain was measured; empty for proportional")
    epochs: float = pa.Field(gt=0, description="Epochs per run on the full data")
    selection_epochs: float = pa.Field(
        ge=0, description="Cost of the selection in epochs on the full data"
    )
    saved_epochs_per_run: float = pa.Field(
        description="Saving per run on the subset in epochs on the full data"
    )
    reuses: pd.Int64Dtype = pa.Field(
        ge=0,
        nullable=True,
        description="Runs on the subset until the selection has paid off; empty if never",
    )
    source: str = pa.Field(description="Where the cost of the selection comes from")

    class Config(Table.Config):
        unique = ["strategy", "gain_kind", "model", "epochs"]


class EnergyToAccuracy(Table):
    """Energy until a strategy first reaches an accuracy."""

    strategy: str = STRATEGY
    target: float = pa.Field(ge=0, le=1, description="Accuracy on the test data as a fraction")
    energy_wh: float = pa.Field(
        ge=0,
        nullable=True,
        description="Energy in Wh with selection; empty if the target was not reached",
    )

    class Config(Table.Config):
        unique = ["strategy", "target"]


class MeasuredStrategies(Table):
    """Accuracy and energy of each selection strategy as measured."""

    strategy: str = STRATEGY
    repeats: int = pa.Field(ge=1, le=10**6, description="Runs that were measured")
    epochs: int = pa.Field(ge=1, le=10**6, description="Epochs per run")
    samples_seen: float = pa.Field(
        ge=0, description="Samples trained on over all epochs, mean per run"
    )
    accuracy: float = pa.Field(
        ge=0, le=1, description="Mean accuracy on the test data after the last epoch as a fraction"
    )
    accuracy_sd: float = pa.Field(ge=0, nullable=True, description=f"accuracy: {SPREAD}")
    training_wh: float = pa.Field(
        gt=0, description="Mean energy of training in Wh, with the PUE of the tracker"
    )
    training_wh_sd: float = pa.Field(
        ge=0, nullable=True, description=f"training_wh in Wh: {SPREAD}"
    )
    selection_wh: float = pa.Field(
        ge=0,
        description="Mean energy of the selection before training in Wh, with the PUE of the "
        "tracker; 0 where no sample is scored",
    )
    selection_seconds: float = pa.Field(
        ge=0, description="Mean duration of the selection before training in s"
    )
    training_gain: float = pa.Field(
        le=1,
        nullable=True,
        description="Fraction of the training energy on all data that is saved; empty for full",
    )
    gain_resolved: pd.BooleanDtype = pa.Field(
        nullable=True,
        description="Whether the energy differs from full at the 5% level (Welch's t test between "
        "repeats); empty for full and for single runs",
    )
    reuses: pd.Int64Dtype = pa.Field(
        ge=0,
        nullable=True,
        description="Runs on the chosen data that repay the selection; empty for full and where "
        "no saving is resolved",
    )

    class Config(Table.Config):
        unique = ["strategy"]
