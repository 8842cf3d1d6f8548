"""The tables of this stage, and those of factors and logs that it reads."""

from typing import Any

import pandas as pd
import pandera.pandas as pa

from datafootprint.tables import Table

_COUNT: Any = {"ge": 0, "le": 10**9}
_EMPTY: Any = {"nullable": True}
_SHARE: Any = {"ge": 0, "le": 1}
_NAMED: Any = {"str_length": {"min_value": 1}}

ARCHITECTURE = pa.Field(**_NAMED, description="Architecture")
SUBSET = pa.Field(**_NAMED, description="full or the name of a subset such as pruned_25")
#: pandera has a method of that name, which the column hides.
STRATEGY = pa.Field(description="How the training data are chosen")
RESOLVED = "Whether the energies differ at the 5% level (Welch's t test between runs)"


class EnergyPerEpoch(Table, key=["model", "subset"]):
    """Energy and time of one training epoch; what is not known is empty."""

    model: str = ARCHITECTURE
    subset: str = SUBSET
    parameters_million: float | None = pa.Field(ge=0, **_EMPTY, description="Parameters, millions")
    minutes_per_epoch: float = pa.Field(gt=0, description="Minutes per epoch")
    kwh_per_epoch: float = pa.Field(gt=0, description="Energy per epoch in kWh, with the PUE `pue`")
    kwh_sd: float | None = pa.Field(ge=0, **_EMPTY, description="Its standard deviation, in kWh")
    pue: float | None = pa.Field(ge=1, **_EMPTY, description="Power usage effectiveness")
    source: str | None = pa.Field(**_EMPTY, description="Where the measurement comes from")
    it_kwh_per_epoch: float | None = pa.Field(
        gt=0, **_EMPTY, description="Energy per epoch of the equipment alone in kWh, without PUE"
    )
    minutes_sd: float | None = pa.Field(
        ge=0, **_EMPTY, description="Standard deviation of minutes_per_epoch between runs"
    )
    runs: pd.Int64Dtype | None = pa.Field(**_COUNT, **_EMPTY, description="Runs measured")
    epochs: float | None = pa.Field(**_COUNT, **_EMPTY, description="Epochs measured, in all runs")
    epochs_dropped: pd.Int64Dtype | None = pa.Field(
        **_COUNT, **_EMPTY, description="Epochs left out: the log was cut or the clock jumped"
    )
    gpus: float | None = pa.Field(ge=0, **_EMPTY, description="GPUs metered per run")
    hardware: str | None = pa.Field(**_EMPTY, description="Devices that were metered")
    tool: str | None = pa.Field(**_EMPTY, description="Tracker and its version")
    dataset: str | None = pa.Field(
        **_EMPTY, description="Dataset trained on, where it is not the one of the estimate"
    )
    assumed_share: float | None = pa.Field(
        **_SHARE, **_EMPTY, description="Part of the energy whose power the tracker assumed"
    )
    unfit: str | None = pa.Field(
        **_EMPTY, description="Why it does not stand for a run on the dataset; empty if it does"
    )


class EnergyRuns(Table, key=["file", "run_id"]):
    """Which run each energy log belongs to: `runs.csv` in the folder of `energy.logs`."""

    file: str = pa.Field(
        str_matches=r"^[^/\\]+\.(log|csv)$",
        description="Name of a Carbontracker log (.log) or a CodeCarbon file (.csv) in the folder",
    )
    model: str = ARCHITECTURE
    subset: str = SUBSET
    epochs: pd.Int64Dtype = pa.Field(
        ge=1, le=10**6, **_EMPTY, description="Epochs of the run; needed for CodeCarbon"
    )
    run_id: str | None = pa.Field(
        **_EMPTY,
        description="Run in a CodeCarbon file; empty for all that no other row of the file names",
    )
    pue: float | None = pa.Field(
        ge=1, **_EMPTY, description="PUE in a CodeCarbon file that does not say so"
    )
    part_of: str | None = pa.Field(
        **_EMPTY,
        description="Name of a run that processes or machines logged one by one: what has the same "
        "name here adds up",
    )
    epochs_per_logged: float | None = pa.Field(
        gt=0,
        **_EMPTY,
        description="Epochs that a Carbontracker log counts as one: 10 if a whole run of 10 was "
        "logged as one epoch, 0.1 if each was a tenth of the samples; empty: 1",
    )
    dataset: str | None = pa.Field(
        **_EMPTY, description="Dataset trained on; empty: the one whose use is estimated"
    )
    remark: str | None = pa.Field(**_EMPTY, description="What to say beside the source")


class HardwarePower(Table, key=["component", "hardware"]):
    """Range of the mean power that one device can draw in training."""

    component: str = pa.Field(isin=["gpu", "cpu", "ram"], description="Component, as trackers say")
    hardware: str = pa.Field(description="Text in the name of a device; empty for any device")
    min_w: float = pa.Field(ge=0, description="Lowest plausible mean power in W")
    max_w: float = pa.Field(gt=0, description="Highest plausible mean power in W")
    source: str = pa.Field(description="Where the bounds come from")


class EnergyGains(Table, key=["model", "subset"]):
    """Time and energy that an epoch on a subset saves."""

    model: str = ARCHITECTURE
    subset: str = SUBSET
    time_gain: float = pa.Field(le=1, description="Fraction of the time per epoch that is saved")
    energy_gain: float = pa.Field(le=1, description="Fraction of the energy per epoch saved")
    gain_resolved: pd.BooleanDtype = pa.Field(**_EMPTY, description=f"{RESOLVED}; empty if unknown")


class SelectionCost(Table, key=["strategy"]):
    """What choosing a subset costs once."""

    strategy: str = STRATEGY  # type: ignore[assignment]
    full_epochs: float = pa.Field(ge=0, description="Cost in epochs of the model on the full data")
    source: str = pa.Field(description="Where the cost comes from")


class BreakEven(Table, key=["strategy", "gain_kind", "model", "epochs"]):
    """After how many training runs on a subset its selection has paid off."""

    strategy: str = STRATEGY  # type: ignore[assignment]
    gain_kind: str = pa.Field(
        isin=["proportional", "measured", "measured_capped"],
        description="The pruned fraction, the measured gain, or the lower of the two",
    )
    model: str = pa.Field(description="Model whose gain was measured; empty for proportional")
    epochs: float = pa.Field(gt=0, description="Epochs per run on the full data")
    selection_epochs: float = pa.Field(ge=0, description="Cost in epochs on the full data")
    saved_epochs_per_run: float = pa.Field(description="Saving in epochs on the full data")
    reuses: pd.Int64Dtype = pa.Field(
        ge=0, **_EMPTY, description="Runs until the selection has paid off; empty if never"
    )
    source: str = pa.Field(description="Where the cost of the selection comes from")


class EnergyToAccuracy(Table, key=["strategy", "target"]):
    """Energy until a strategy first reaches an accuracy."""

    strategy: str = STRATEGY  # type: ignore[assignment]
    target: float = pa.Field(ge=0, le=1, description="Accuracy on the test data as a fraction")
    energy_wh: float = pa.Field(
        ge=0, **_EMPTY, description="Energy in Wh with selection; empty if it is not reached"
    )
