"""The cues of the rule classifier, from the table `data/usage_cues.csv`.

A cue is what authors write when they use a dataset in a certain way: regular expressions over one
sentence in lower case in which every name of the dataset, a variant's too, is `@`. The rows of a
cue are alternatives, and `{name}` stands for the pattern of the part of that name. A row of the
group `use` has the coefficients of the cue: one per label, and `whole` for the whole dataset
against a part of it. `benchmarks/fit_usage_cues.py` fits them to labelled papers. The group
`sentence` says whose work a sentence is about; the group `address` is what addresses a classifier
(`suspicions`). Nothing in the table names a dataset or a paper.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from datafootprint.usage.labels import Label

TABLE = Path(__file__).parents[3] / "data" / "usage_cues.csv"
#: The column of the coefficients for the whole dataset against a variant or a part.
WHOLE = "whole"
_LABEL = re.compile(rf"(?<![\w./-])(?:{'|'.join(name for name in Label if '_' in name)})(?![\w/-])")


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
    """Return the cues of uses, and by name the patterns of `sentence` and `address`."""
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


def suspicions(text: str) -> list[str]:
    """Return how a text addresses whoever classifies it: the kinds of signs, none if it does not.

    A passage that gives orders to a classifier, spells the labels of this workflow, or imitates an
    answer or the role markers of a chat is not evidence: no quote from it counts, and the paper is
    left to a person.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    if not plain.isascii():
        plain = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cf", "Mn"))
    plain = " ".join(re.sub(r"-\s+", "", plain).split())
    words = re.sub(r"(?<=[a-z])[_-](?=[a-z])", " ", plain)
    _, kinds = read_cues()
    signs = {
        "name of a label": _LABEL.search(plain),
        "role marker": kinds["role marker"].search(plain),
        "imitated answer": kinds["imitated answer"].search(plain),
        "order to a classifier": kinds["order to a classifier"].search(words),
    }
    return [kind for kind, sign in signs.items() if sign]
