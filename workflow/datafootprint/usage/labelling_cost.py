"""What labelling the papers took: requests, tokens, money, energy and carbon."""

import math
from typing import Any

import pandas as pd

from datafootprint.errors import DatafootprintError
from datafootprint.tables import check_table, table_of
from datafootprint.usage.labels import Classifier
from datafootprint.usage.usage_params import NOT_JUDGED
from datafootprint.usage.usage_tables import Classification

#: The fields of usage records that the cost is added up from.
COST_FIELDS = (
    *("classifier", "model", "needs_review", "review_reasons", "input_tokens", "output_tokens"),
    *("cost_usd", "seconds", "server_seconds"),
)
_IMPACTS = ["energy_kwh_low", "energy_kwh_high", "emissions_kg_low", "emissions_kg_high"]


def labelling_cost(
    usage: pd.DataFrame,
    classifier: str | None = None,
    model: str | None = None,
    watts: float | None = None,
) -> pd.DataFrame:
    """Add up what the classifiers took, per classifier and model: the table `classification`.

    Energy and carbon of a language model are those of EcoLogits (ecologits.ai), which models them
    by the tokens of the answer, the size of OpenAI's model of that name and OpenAI's data centres;
    they include the production of the hardware. With the `watts` of a server of one's own, its
    energy is that power over the time in which it answered. Those of cue rules, seconds of a
    processor, are not counted.

    Raises
    ------
    DatafootprintError
        If papers are labelled by another classifier or model than the configured ones.
    """
    usage = usage.fillna({"model": "none"})
    expected = [(Classifier.REFERENCES, "none"), (classifier, model or "none")]
    rows = []
    for (by, of), group in usage.groupby(["classifier", "model"]):
        if classifier is not None and (by, of) not in expected:
            raise DatafootprintError(
                f"results/usage: {len(group)} papers are labelled by {by} ({of}), but "
                f"usage.classifier is {classifier}; delete results/usage and run again, which "
                "pays for nothing twice."
            )
        sums = group[["needs_review", "input_tokens", "output_tokens", "cost_usd"]].sum()
        row = {"classifier": by, "model": of, "papers": len(group), **sums}
        faults = group["review_reasons"].map(lambda reasons: "".join(reasons[:1]))
        row["not_judged"] = faults.str.startswith(NOT_JUDGED).sum()
        if of != "none":
            row |= _impacts(str(of), group, watts)
        rows.append(row)
    return check_table(table_of(rows, Classification), Classification, "labelling")


def _impacts(model: str, answers: pd.DataFrame, watts: float | None) -> dict[str, Any]:
    if watts:
        energy_kwh = watts * answers["server_seconds"].sum() / 3.6e6
        source = f"usage.llm.watts ({watts:g} W) over the time of the answers"
        bounds = dict.fromkeys(("energy_kwh_low", "energy_kwh_high"), energy_kwh)
        return {**bounds, "impact_source": source}
    from ecologits.tracers.utils import llm_impacts

    total = dict.fromkeys(_IMPACTS, 0.0)
    answered = answers[answers["output_tokens"] > 0]
    for tokens, seconds in answered[["output_tokens", "seconds"]].itertuples(index=False):
        # Of a batch nobody knows the seconds of one answer; EcoLogits then models them.
        impacts = llm_impacts("openai", model, tokens, seconds or math.inf)
        if impacts.energy is None or impacts.gwp is None:
            return {"impact_source": "not known"}
        for quantity, value in (("energy_kwh", impacts.energy), ("emissions_kg", impacts.gwp)):
            number: Any = value.value
            total[f"{quantity}_low"] += getattr(number, "min", number)
            total[f"{quantity}_high"] += getattr(number, "max", number)
    return {**total, "impact_source": "EcoLogits"}
