"""Drawing the papers that a person reads."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from datafootprint.legacy_tables import Row
from datafootprint.usage.observed import counts_as_trained


def stratum_of(record: Mapping[str, Any], counted: Sequence[str]) -> str:
    """Return the stratum of a record of usage: `counted_as_trained`, `needs_review`, or its label.

    `trained_from_scratch` then holds the papers on variants that do not count.
    """
    if record["needs_review"]:
        return "needs_review"
    if counts_as_trained(record, counted):
        return "counted_as_trained"
    return str(record["label"])


def draw_sample(
    records: Sequence[Mapping[str, Any]], counted: Sequence[str], papers: int, seed: int
) -> list[Row]:
    """Draw a random sample, stratified by label and year.

    Half of it comes from the papers counted as trained, since their share of errors decides the
    estimate, the other half from all others; what one half cannot fill goes to the other. Within a
    half the places go to labels and years in proportion to their papers, at least one each while
    there are enough.

    Parameters
    ----------
    records : sequence of mapping
        Rows of the table `usage`, of all years, in any order.
    counted : sequence of str
        Variants that count.
    papers : int
        Size of the sample; all papers if there are fewer.
    seed : int
        The same records and seed give the same sample.

    Returns
    -------
    list of dict
        Rows of the table `audit_sample`, in random order, so that neither label nor year can be
        told from the place; the columns for the person are empty.
    """
    cells: defaultdict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (record["year"], record["paper_id"])):
        cells[stratum_of(record, counted), record["year"]].append(record)
    sizes = {cell: len(members) for cell, members in sorted(cells.items())}
    positive = {cell: n for cell, n in sizes.items() if cell[0] == "counted_as_trained"}
    negative = {cell: n for cell, n in sizes.items() if cell not in positive}
    total = min(papers, sum(sizes.values()))
    first = min(sum(positive.values()), max(total // 2, total - sum(negative.values())))
    places = {**allocate(positive, first), **allocate(negative, total - first)}
    generator = random.Random(seed)
    drawn = [
        _row(record, stratum)
        for (stratum, year), members in sorted(cells.items())
        for record in generator.sample(members, places[stratum, year])
    ]
    generator.shuffle(drawn)
    return [{**row, "position": position} for position, row in enumerate(drawn, start=1)]


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


def _row(record: Mapping[str, Any], stratum: str) -> Row:
    return {
        "paper_id": record["paper_id"],
        "year": record["year"],
        "title": record["title"],
        "stratum": stratum,
        "label": record["label"],
        "variant": record["variant"],
        "human_label": None,
        "human_variant": None,
        "comment": None,
    }
