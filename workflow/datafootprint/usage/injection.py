"""Finding text in a paper that addresses whoever classifies it.

A passage that gives orders to a classifier, spells the labels of this workflow, or imitates an
answer or the role markers of a chat is not evidence: no quote from it counts, and the paper is left
to a person.
"""

import re
import unicodedata

from datafootprint.usage.cues import read_cues
from datafootprint.usage.labels import Label

_LABEL = re.compile(rf"(?<![\w./-])(?:{'|'.join(name for name in Label if '_' in name)})(?![\w/-])")


def suspicions(text: str) -> list[str]:
    """Return how a text addresses a classifier: the kinds of signs in it, none if it does not."""
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
