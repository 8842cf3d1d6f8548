"""The cues of the rule classifier, from the table `data/usage_cues.csv`.

A cue is what authors write when they use a dataset in a certain way: regular expressions over one
sentence in lower case in which every name of the dataset, a variant's too, is `@`. The rows of a
cue are alternatives, and `{name}` stands for the pattern of the part of that name. The group
`sentence` says whose work a sentence is about and whether the dataset was used at all; the group
`address` is what addresses a classifier (`injection`). Nothing in the table names a dataset or a
paper.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from datafootprint.usage.labels import Label


@dataclass(frozen=True)
class Cue:
    """One way of saying something, and the use of the dataset that it indicates."""

    #: Printed in the reason of a record.
    name: str
    label: Label
    #: 1 is enough by itself.
    weight: float
    pattern: re.Pattern[str]
    #: The sentence itself need not name the dataset, only one beside it.
    nearby: bool
    #: The cue of a training holds although the sentence speaks of pretrained weights too.
    active: bool


@cache
def read_cues() -> tuple[list[Cue], dict[str, re.Pattern[str]]]:
    """Return the cues of uses, and by name the patterns of `sentence` and `address`."""
    path = Path(__file__).parents[3] / "data" / "usage_cues.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    uses = {label.value: label for label in Label}
    parts: dict[str, str] = {}
    cues, kinds = [], {}
    for (group, name), same in groupby(rows, itemgetter("group", "cue")):
        first, *others = same
        text = "|".join(row["pattern"] for row in (first, *others))
        text = re.sub(r"\{([a-z_]+)\}", lambda part: parts[part[1]], text)
        if group == "part":
            parts[name] = text
        elif group in uses:
            nearby, active = first["nearby"] == "yes", first["active"] == "yes"
            weight = float(first["weight"])
            cues.append(Cue(name, uses[group], weight, re.compile(text), nearby, active))
        else:
            kinds[name] = re.compile(text)
    return cues, kinds
