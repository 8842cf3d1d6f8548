"""Drawing the papers that a person reads."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from datafootprint.tables import check_table
from datafootprint.usage.observed import strata
from datafootprint.usage.usage_tables import COUNTED, AuditSample


def draw_sample(
    usage: pd.DataFrame, counted: Sequence[str], papers: int, seed: int
) -> pd.DataFrame:
    """Draw the table `audit_sample` of so many labelled papers, stratified by label and year.

    Half of it comes from the papers counted as trained, since their share of errors decides the
    estimate, the other half from all others; what one half cannot fill goes to the other. Within a
    half the places go to labels and years in proportion to their papers, at least one each while
    there are enough. The order is random, so that the place tells neither label nor year.
    """
    usage = usage.sort_values(["year", "paper_id"], ignore_index=True)
    usage = usage.assign(stratum=strata(usage, counted))
    cells: dict[Any, Any] = dict(list(usage.groupby(["stratum", "year"]).groups.items()))
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
    """Divide `places` among cells in proportion to their sizes, by largest remainders.

    Every cell that is not empty gets one place first, the largest first if there are too few; no
    cell gets more than it holds.
    """
    places = min(places, sum(sizes.values()))
    given = dict.fromkeys(sizes, 0)
    for cell in sorted(sizes, key=lambda cell: -sizes[cell])[:places]:
        given[cell] = min(1, sizes[cell])
    while (left := places - sum(given.values())) > 0:
        room = {cell: sizes[cell] - given[cell] for cell in sizes if sizes[cell] > given[cell]}
        shares = {cell: left * space / sum(room.values()) for cell, space in room.items()}
        for cell, share in shares.items():
            given[cell] += int(share)
        left = places - sum(given.values())
        remainders = sorted(shares, key=lambda cell: (int(shares[cell]) - shares[cell], str(cell)))
        for cell in remainders[:left]:
            given[cell] += given[cell] < sizes[cell]
    return given
