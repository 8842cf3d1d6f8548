"""The tables of this stage, and those of factors and logs that it reads."""

import pandas as pd

from datafootprint.columns import amount, column, count, positive, share
from datafootprint.tables import Table

NAMED = {"min_value": 1}
ARCHITECTURE = column("Architecture", str_length=NAMED)
SUBSET = column("full or the name of a subset such as pruned_25", str_length=NAMED)
#: pandera has a method of that name, which the column hides.
STRATEGY = column("How the training data are chosen")
RESOLVED = "Whether the energies differ at the 5% level (Welch's t test between runs)"


class EnergyPerEpoch(Table, key=["model", "subset"]):
    """Energy and time of one training epoch; what is not known is empty."""

    model: str = ARCHITECTURE
    subset: str = SUBSET
    parameters_million: float | None = amount("Parameters, millions")
    minutes_per_epoch: float = positive("Minutes per epoch")
    kwh_per_epoch: float = positive("Energy per epoch in kWh, with the PUE `pue`")
    kwh_sd: float | None = amount("Its standard deviation, in kWh")
    pue: float | None = column("Power usage effectiveness", ge=1)
    source: str | None = column("Where the measurement comes from")
    it_kwh_per_epoch: float | None = positive(
        "Energy per epoch of the equipment alone in kWh, without PUE"
    )
    minutes_sd: float | None = amount("Standard deviation of minutes_per_epoch between runs")
    runs: pd.Int64Dtype | None = count("Runs measured")
    epochs: float | None = count("Epochs measured, in all runs")
    epochs_dropped: pd.Int64Dtype | None = count(
        "Epochs left out: the log was cut or the clock jumped"
    )
    gpus: float | None = amount("GPUs metered per run")
    hardware: str | None = column("Devices that were metered")
    tool: str | None = column("Tracker and its version")
    dataset: str | None = column("Dataset trained on, where it is not the one of the estimate")
    assumed_share: float | None = share("Part of the energy whose power the tracker assumed")
    unfit: str | None = column("Why it does not stand for a run on the dataset; empty if it does")


class EnergyRuns(Table, key=["file", "run_id"]):
    """Which run each energy log belongs to: `runs.csv` in the folder of `energy.logs`."""

    file: str = column(
        "Name of a Carbontracker log (.log) or a CodeCarbon file (.csv) in the folder",
        str_matches=r"^[^/\\]+\.(log|csv)$",
    )
    model: str = ARCHITECTURE
    subset: str = SUBSET
    epochs: pd.Int64Dtype = column("Epochs of the run; needed for CodeCarbon", ge=1, le=10**6)
    run_id: str | None = column(
        "Run in a CodeCarbon file; empty for all that no other row of the file names"
    )
    pue: float | None = column("PUE in a CodeCarbon file that does not say so", ge=1)
    part_of: str | None = column(
        "Name of a run that processes or machines logged one by one: what has the same name here "
        "adds up"
    )
    epochs_per_logged: float | None = positive(
        "Epochs that a Carbontracker log counts as one: 10 if a whole run of 10 was logged as one "
        "epoch, 0.1 if each was a tenth of the samples; empty: 1"
    )
    dataset: str | None = column("Dataset trained on; empty: the one whose use is estimated")
    remark: str | None = column("What to say beside the source")


class HardwarePower(Table, key=["component", "hardware"]):
    """Range of the mean power that one device can draw in training."""

    component: str = column("Component, as trackers say", isin=["gpu", "cpu", "ram"])
    hardware: str = column("Text in the name of a device; empty for any device")
    min_w: float = amount("Lowest plausible mean power in W")
    max_w: float = positive("Highest plausible mean power in W")
    source: str = column("Where the bounds come from")


class EnergyGains(Table, key=["model", "subset"]):
    """Time and energy that an epoch on a subset saves."""

    model: str = ARCHITECTURE
    subset: str = SUBSET
    time_gain: float = column("Fraction of the time per epoch that is saved", le=1)
    energy_gain: float = column("Fraction of the energy per epoch saved", le=1)
    gain_resolved: pd.BooleanDtype = column(f"{RESOLVED}; empty if unknown")


class SelectionCost(Table, key=["strategy"]):
    """What choosing a subset costs once."""

    strategy: str = STRATEGY  # type: ignore[assignment]
    full_epochs: float = amount("Cost in epochs of the model on the full data")
    source: str = column("Where the cost comes from")


class BreakEven(Table, key=["strategy", "gain_kind", "model", "epochs"]):
    """After how many training runs on a subset its selection has paid off."""

    strategy: str = STRATEGY  # type: ignore[assignment]
    gain_kind: str = column(
        "The pruned fraction, the measured gain, or the lower of the two",
        isin=["proportional", "measured", "measured_capped"],
    )
    model: str = column("Model whose gain was measured; empty for proportional")
    epochs: float = positive("Epochs per run on the full data")
    selection_epochs: float = amount("Cost in epochs on the full data")
    saved_epochs_per_run: float = column("Saving in epochs on the full data")
    reuses: pd.Int64Dtype = amount("Runs until the selection has paid off; empty if never")
    source: str = column("Where the cost of the selection comes from")


class EnergyToAccuracy(Table, key=["strategy", "target"]):
    """Energy until a strategy first reaches an accuracy."""

    strategy: str = STRATEGY  # type: ignore[assignment]
    target: float = share("Accuracy on the test data as a fraction")
    energy_wh: float = amount(
        "Energy in Wh with selection; empty if it is not reached", nullable=True
    )
