"""The ways in which a paper can use the dataset, and which of them decides."""

from collections.abc import Iterable
from typing import Literal, get_args

Label = Literal["trained_from_scratch", "fine_tuned", "evaluated", "cited_only"]

#: From the strongest use to the weakest.
LABELS: tuple[Label, ...] = get_args(Label)


def strongest(labels: Iterable[Label]) -> Label:
    """Return the strongest of `labels`; `cited_only` if there are none."""
    return min(labels, key=LABELS.index, default="cited_only")
