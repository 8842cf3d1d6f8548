"""What labelling the papers itself took: requests, tokens, money, energy and carbon."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from datafootprint.legacy_tables import Row


def classification_footprint(records: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Add up what the classifiers took, a classifier and model.

    Energy and carbon of a language model are those of EcoLogits (ecologits.ai), which models them
    by the tokens of the answer, the size of OpenAI's model of that name and OpenAI's data centres;
    they are ranges and hold the making of the hardware. Where EcoLogits does not know a model they
    are empty: not known, which is not nothing. Cue rules take seconds of a processor and are
    not counted.

    Parameters
    ----------
    records : iterable of mapping
        Rows of the table `usage`.

    Returns
    -------
    list of dict
        Rows of the table `classification`.
    """
    groups: dict[tuple[str, str], _Spent] = {}
    for record in records:
        classifier, model = record["classifier"], record["model"] or ""
        groups.setdefault((classifier, model), _Spent(classifier, model)).add(record)
    return [spent.row() for _, spent in sorted(groups.items())]


class _Spent:
    """What one classifier and model took."""

    def __init__(self, classifier: str, model: str) -> None:
        self._model = model
        self._row: Row = {
            "classifier": classifier,
            "model": model or "none",
            **dict.fromkeys(("papers", "needs_review", "input_tokens", "output_tokens"), 0),
            "cost_usd": 0.0,
        }
        self._impacts = dict.fromkeys(
            ("energy_kwh_low", "energy_kwh_high", "emissions_kg_low", "emissions_kg_high"), 0.0
        )
        self._known = bool(model)

    def add(self, record: Mapping[str, Any]) -> None:
        self._row["papers"] += 1
        for column in ("needs_review", "input_tokens", "output_tokens", "cost_usd"):
            self._row[column] += record[column]
        if self._known and record["output_tokens"]:
            self._add_impacts(record)

    def _add_impacts(self, record: Mapping[str, Any]) -> None:
        from ecologits.tracers.utils import llm_impacts

        # Of a batch nobody knows the seconds of one answer; EcoLogits then models them.
        seconds = record["seconds"] or math.inf
        impacts = llm_impacts("openai", self._model, record["output_tokens"], seconds)
        if impacts.energy is None or impacts.gwp is None:
            self._known = False
            return
        for quantity, value in (("energy_kwh", impacts.energy), ("emissions_kg", impacts.gwp)):
            number: Any = value.value
            self._impacts[f"{quantity}_low"] += getattr(number, "min", number)
            self._impacts[f"{quantity}_high"] += getattr(number, "max", number)

    def row(self) -> Row:
        if not self._model:
            return self._row
        if not self._known:
            return {**self._row, "impact_source": "not known"}
        return {**self._row, **self._impacts, "impact_source": "EcoLogits"}
