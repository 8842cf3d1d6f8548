"""Drawing the papers that a person reads."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from datafootprint.tables import check_table
from datafootprint.usage.observed import audit_strata, strata
from datafootprint.usage.usage_tables import COUNTED, AuditSample


def draw_sample(
    usage: pd.DataFrame, counted: Sequence[str], papers: int, seed: int
) -> pd.DataFrame:
    """Draw the table `audit_sample` of so many labelled papers, by audit stratum and year.

    Half of it comes from the papers counted as trained, since their share of errors decides the
    estimate, the other half from all others; what one half cannot fill goes to the other. Within a
    half the places go to strata and years in proportion to their papers, at least one each while
    there are enough. The order is random, so that the place tells neither label nor year.
    """
    usage = usage.sort_values(["year", "paper_id"], ignore_index=True)
    usage = usage.assign(stratum=strata(usage, counted))
    drawn_from = [audit_strata(usage, counted), usage["year"]]
    cells: dict[Any, Any] = dict(list(usage.groupby(drawn_from).groups.items()))
    sizes = {cell: len(members) for cell, members in cells.items()}
    positive = {cell: size for cell, size in sizes.items() if cell[0] == COUNTED}
    negative = {cell: size for cell, size in sizes.items() if cell[0] != COUNTED}
    total = min(papers, len(usage))
    first = min(sum(positive.values()), max(total // 2, total - sum(negative.values())))
    places = {**allocate(positive, first), **allocate(negative, total - first)}
    generator = random.Random(seed)
    drawn = [
        row
        for cell, members in sorted(cells.items())
        for row in generator.sample(list(members), places[cell])
    ]
    generator.shuffle(drawn)
    sample = usage.loc[drawn].assign(position=range(1, len(drawn) + 1))
    empty = dict.fromkeys(("human_label", "human_variant", "comment"))
    return check_table(sample.assign(**empty), AuditSample, "audit sample")


def allocate(sizes: Mapping[Any, int], places: int) -> dict[Any, int]:
    """Divide `places` among cells in proportion to their sizes, by highest averages (Webster).

    Every cell that is not empty gets one place first, the largest first if there are too few; no
    cell gets more than it holds.
    """
    given = dict.fromkeys(sizes, 0)

    def claim(cell: Any) -> tuple[bool, float, str]:
        return given[cell] == 0, sizes[cell] / (2 * given[cell] + 1), str(cell)

    for _ in range(min(places, sum(sizes.values()))):
        given[max((cell for cell in sizes if given[cell] < sizes[cell]), key=claim)] += 1
    return given
