"""The tables of the laboratory, beside those of energy that it shares with the estimate."""

from typing import Any

import pandas as pd
import pandera.pandas as pa

from datafootprint.energy.energy_tables import RESOLVED, STRATEGY
from datafootprint.tables import Table
from lab.coloured_digits import SAMPLINGS

_COUNT: Any = {"ge": 0, "le": 10**9}
_EMPTY: Any = {"nullable": True}


class Bias(Table, key=["majority_share", "budget", "sampling", "repeat"]):
    """Accuracy after training on subsets of coloured digits."""

    majority_share: float = pa.Field(
        ge=0, lt=1, description="Fraction of the training samples whose colour shows the digit"
    )
    budget: int = pa.Field(ge=1, le=10**9, description="Samples trained on")
    sampling: str = pa.Field(isin=list(SAMPLINGS), description="How they were chosen")
    repeat: int = pa.Field(ge=0, le=10**6, description="Number of the training")
    aligned_accuracy: float = pa.Field(
        ge=0, le=1, description="Accuracy on test samples in their digit's own colour"
    )
    conflicted_accuracy: float = pa.Field(
        ge=0, le=1, description="Accuracy on test samples in another digit's colour"
    )


class MeasuredStrategies(Table, key=["strategy"]):
    """Accuracy and energy of each strategy: means over runs; energies with the tracker's PUE."""

    strategy: str = STRATEGY  # type: ignore[assignment]
    repeats: int = pa.Field(**_COUNT, description="Runs measured")
    epochs: int = pa.Field(**_COUNT, description="Epochs per run")
    samples_seen: float = pa.Field(ge=0, description="Samples per run, over all epochs")
    accuracy: float = pa.Field(ge=0, le=1, description="Accuracy on the test data as a fraction")
    accuracy_sd: float = pa.Field(ge=0, **_EMPTY, description="Its deviation between runs")
    training_wh: float = pa.Field(gt=0, description="Energy of training in Wh")
    training_wh_sd: float = pa.Field(ge=0, **_EMPTY, description="Its deviation between runs in Wh")
    selection_wh: float = pa.Field(
        ge=0, description="Energy in Wh of the selection before training; 0 if nothing is scored"
    )
    selection_seconds: float = pa.Field(ge=0, description="Duration of the selection in s")
    training_gain: float = pa.Field(
        le=1, **_EMPTY, description="Fraction of the energy on all data saved; empty for full"
    )
    gain_resolved: pd.BooleanDtype = pa.Field(
        **_EMPTY, description=f"{RESOLVED}; empty for full and single runs"
    )
    reuses: pd.Int64Dtype = pa.Field(
        ge=0, **_EMPTY, description="Runs that repay the selection; empty if no gain is resolved"
    )
