"""Energy to accuracy: what a strategy has consumed when it first reaches a target."""

from collections.abc import Iterable, Mapping, Sequence

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import Row


def energy_to_accuracy(
    curves: Mapping[str, Sequence[tuple[float, float]]], targets: Iterable[float]
) -> list[Row]:
    """Find, for each strategy and target, the energy at the first epoch that reaches it.

    Parameters
    ----------
    curves : mapping of str to sequence of (Wh, accuracy)
        For each strategy, after each epoch: the energy so far, selection included, and the
        accuracy as a fraction.
    targets : iterable of float
        Accuracies as fractions.

    Returns
    -------
    list of dict
        strategy, target, energy_wh; None where the target was not reached.

    Raises
    ------
    DatafootprintError
        If the energy of a curve falls.
    """
    targets = list(targets)
    rows = []
    for strategy, curve in curves.items():
        energies = [wh for wh, _ in curve]
        if energies != sorted(energies):
            raise DatafootprintError(f"{strategy}: the energy so far falls from epoch to epoch.")
        for target in targets:
            reached = next((wh for wh, accuracy in curve if accuracy >= target), None)
            rows.append({"strategy": strategy, "target": target, "energy_wh": reached})
    return rows


def ratio_to_standard(
    rows: Iterable[Row], strategies: Iterable[str], standard: str
) -> dict[float, float | None]:
    """Compare the best of some strategies with standard training.

    Parameters
    ----------
    rows : rows
        strategy, target, energy_wh.
    strategies : iterable of str
        Of which the cheapest at each target counts.
    standard : str
        The strategy to compare with.

    Returns
    -------
    dict of float to float
        Target -> energy over that of standard training; None where either was not reached.
    """
    table = {(row["strategy"], row["target"]): row["energy_wh"] for row in rows}
    ratios: dict[float, float | None] = {}
    for target in dict.fromkeys(target for _, target in table):
        reached = [wh for name in strategies if (wh := table.get((name, target))) is not None]
        baseline = table.get((standard, target))
        ratios[target] = min(reached) / baseline if reached and baseline else None
    return ratios
