"""What labelling the papers itself took: requests, tokens, money, energy and carbon."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from datafootprint.tables import Row


def classification_footprint(records: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Add up what the classifiers took, a classifier and model.

    Energy and carbon of a language model are those of EcoLogits (ecologits.ai), which models them
    by the tokens of the answer, the model's size and its provider's data centres; they are ranges
    and hold the making of the hardware. Where EcoLogits does not know a model they are empty: not
    known, which is not nothing. Cue rules take seconds of a processor and are not counted.

    Parameters
    ----------
    records : iterable of mapping
        Rows of the table `usage`.

    Returns
    -------
    list of dict
        Rows of the table `classification`.
    """
    groups: defaultdict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for record in records:
        groups[record["classifier"], record["model"] or ""].append(record)
    rows = []
    for (classifier, model), members in sorted(groups.items()):
        row: Row = {
            "classifier": classifier,
            "model": model or "none",
            "papers": len(members),
            "needs_review": sum(member["needs_review"] for member in members),
            **{
                column: sum(member[column] for member in members)
                for column in ("input_tokens", "output_tokens", "cost_usd")
            },
        }
        if model:
            row.update(_impacts(model, members))
        rows.append(row)
    return rows


def _impacts(model: str, members: Iterable[Mapping[str, Any]]) -> Row:
    from ecologits.tracers.utils import llm_impacts

    total = dict.fromkeys(
        ("energy_kwh_low", "energy_kwh_high", "emissions_kg_low", "emissions_kg_high"), 0.0
    )
    for member in members:
        impacts = llm_impacts("openai", model, member["output_tokens"], member["seconds"])
        if impacts.energy is None or impacts.gwp is None:
            return {"impact_source": "not known"}
        for quantity, value in (("energy_kwh", impacts.energy), ("emissions_kg", impacts.gwp)):
            number: Any = value.value
            total[f"{quantity}_low"] += getattr(number, "min", number)
            total[f"{quantity}_high"] += getattr(number, "max", number)
    return {**total, "impact_source": "EcoLogits"}
