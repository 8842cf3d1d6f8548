"""The cues of the rule classifier, from the table `data/usage_cues.csv`.

A cue is what authors write when they use a dataset in a certain way: regular expressions over one
sentence in lower case in which every name of the dataset, a variant's too, is `@`. The rows of a
cue are alternatives, and `{name}` stands for the pattern of the part of that name. A row of the
group `use` has the coefficients of the cue: one per label, and `whole` for the whole dataset
against a part of it. `benchmarks/fit_usage_cues.py` fits them to labelled papers. The group
`sentence` says whose work a sentence is about. Nothing in the table names a dataset or a paper.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from datafootprint.usage.labels import Label

TABLE = Path(__file__).parents[3] / "data" / "usage_cues.csv"
#: The column of the coefficients for the whole dataset against a variant or a part.
WHOLE = "whole"


@dataclass(frozen=True, eq=False)
class Cue:
    """One way of saying something, and what it says about the use of the dataset."""

    #: Printed in the reason of a record.
    name: str
    #: The sentences it is searched in: `passage` all, `named` and `remark` those that name the
    #: dataset, and of these the `own` ones, those on a `certain` model, those with a `variant`.
    sentences: str
    #: What counts: `sentences` with the cue, their `share` of those that name the dataset, or a
    #: `constant`.
    measure: str
    #: By label, and `whole`.
    coefficients: dict[str, float]
    pattern: re.Pattern[str]


@cache
def read_cues() -> tuple[list[Cue], dict[str, re.Pattern[str]]]:
    """Return the cues of uses, and by name the patterns of `sentence`."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    parts: dict[str, str] = {}
    cues, kinds = [], {}
    for (group, name), same in groupby(rows, itemgetter("group", "cue")):
        first, *others = same
        text = "|".join(row["pattern"] for row in (first, *others))
        text = re.sub(r"\{([a-z_]+)\}", lambda part: parts[part[1]], text)
        if group == "part":
            parts[name] = text
        elif group == "use":
            coefficients = {column: float(first[column] or 0) for column in (*Label, WHOLE)}
            pattern = re.compile(text)
            cues.append(Cue(name, first["sentences"], first["measure"], coefficients, pattern))
        else:
            kinds[name] = re.compile(text)
    return cues, kinds
