"""The table of this stage."""

import pandera.pandas as pa

from datafootprint.bias.coloured_digits import SAMPLINGS
from datafootprint.tables import Table


class Bias(Table):
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

    class Config(Table.Config):
        unique = ["majority_share", "budget", "sampling", "repeat"]
