"""The tables of the laboratory, beside those of energy that it shares with the estimate."""

import pandas as pd

from datafootprint.columns import amount, column, count, positive, share
from datafootprint.energy.energy_tables import RESOLVED, STRATEGY
from datafootprint.tables import Table
from lab.bias_experiment import SAMPLINGS


class Bias(Table, key=["majority_share", "budget", "sampling", "repeat"]):
    """Accuracy after training on subsets of coloured digits."""

    majority_share: float = column(
        "Fraction of the training samples whose colour shows the digit", ge=0, lt=1
    )
    budget: int = count("Samples trained on")
    sampling: str = column("How they were chosen", isin=list(SAMPLINGS))
    repeat: int = count("Number of the training")
    aligned_accuracy: float = share("Accuracy on test samples in their digit's own colour")
    conflicted_accuracy: float = share("Accuracy on test samples in another digit's colour")


class MeasuredStrategies(Table, key=["strategy"]):
    """Accuracy and energy of each strategy: means over runs; energies with the tracker's PUE."""

    strategy: str = STRATEGY  # type: ignore[assignment]
    repeats: int = count("Runs measured")
    epochs: int = count("Epochs per run")
    samples_seen: float = amount("Samples per run, over all epochs")
    accuracy: float = share("Accuracy on the test data as a fraction")
    accuracy_sd: float = amount("Its deviation between runs", nullable=True)
    training_wh: float = positive("Energy of training in Wh")
    training_wh_sd: float = amount("Its deviation between runs in Wh", nullable=True)
    selection_wh: float = amount(
        "Energy in Wh of the selection before training; 0 if nothing is scored"
    )
    selection_seconds: float = amount("Duration of the selection in s")
    training_gain: float = column(
        "Fraction of the energy on all data saved; empty for full", le=1, nullable=True
    )
    gain_resolved: pd.BooleanDtype = column(f"{RESOLVED}; empty for full and single runs")
    reuses: pd.Int64Dtype = amount("Runs that repay the selection; empty if no gain is resolved")
