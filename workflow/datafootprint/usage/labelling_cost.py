"""What labelling the papers took: requests, tokens, money, energy and carbon."""

import math
from typing import Any

import pandas as pd

from datafootprint.tables import check_table
from datafootprint.usage.usage_tables import Classification

#: The fields of usage records that the cost is added up from.
COST_FIELDS = (
    *("classifier", "model", "needs_review", "input_tokens", "output_tokens"),
    *("cost_usd", "seconds"),
)
_IMPACTS = ["energy_kwh_low", "energy_kwh_high", "emissions_kg_low", "emissions_kg_high"]


def labelling_cost(usage: pd.DataFrame) -> pd.DataFrame:
    """Add up what the classifiers took, per classifier and model: the table `classification`.

    Energy and carbon of a language model are those of EcoLogits (ecologits.ai), which models them
    by the tokens of the answer, the size of OpenAI's model of that name and OpenAI's data centres;
    they include the production of the hardware. Those of cue rules, seconds of a processor, are not
    counted.
    """
    rows = []
    for (classifier, model), group in usage.fillna({"model": "none"}).groupby(
        ["classifier", "model"]
    ):
        sums = group[["needs_review", "input_tokens", "output_tokens", "cost_usd"]].sum()
        row = {"classifier": classifier, "model": model, "papers": len(group), **sums}
        rows.append(row if model == "none" else row | _impacts(str(model), group))
    columns = list(Classification.to_schema().columns)
    return check_table(pd.DataFrame(rows, columns=columns), Classification, "labelling")


def _impacts(model: str, answers: pd.DataFrame) -> dict[str, Any]:
    """Return energy and emissions of the answers of a model, as far as EcoLogits knows it."""
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
