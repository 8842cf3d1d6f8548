"""Finding text in a paper that addresses whoever classifies it.

A passage that gives orders to a classifier, spells the labels of this workflow, or imitates an
answer or the role markers of a chat is not evidence: no quote from it counts, and the paper is left
to a person.
"""

import re
import unicodedata

from datafootprint.usage.labels import Label

_NAME = "(classify|label|categori[sz]e|annotate|tag)"
_TAKE = f"({_NAME}|count|record|treat|rate|report|consider|mark)"
_DONE = (
    "(classified|labell?ed|categori[sz]ed|annotated|tagged|counted|recorded|treated|rated|reported|"
    "considered|marked)"
)
_PAPER = "(this|the present|our) (paper|article|manuscript|submission|publication|study)"
_WORK = f"({_PAPER}|this (work|text|document))"
_READER = (
    "(classifier|annotator|labell?er|grader|(large )?language model|llm|ai( (model|system|reader|"
    "reviewer|assistant))?|chatbot|(chat)?gpt|automated (reader|system))"
)
_LABEL = "(trained from scratch|fine[ -]?tuned|evaluated|cited only)"
_RARE = "(trained from scratch|cited only)"

_ORDERS = (
    f"{_NAME} {_PAPER} (only )?(as|with|under)",
    f"{_TAKE} {_WORK} (only )?(as|with|under) (a |an )?{_LABEL}",
    f"{_WORK} (must|should|shall|has to) (always |only )?be {_DONE} (as )?{_LABEL}",
    "(ignore|disregard|forget|override) (all |any |the |your )?((previous|prior|above|earlier|"
    "preceding|system) (instruction|prompt|rule|order|message|text)|(everything|anything) above)",
    "(new|updated|revised) (system )?(instructions?|prompt|task) ?:",
    f"(note|notice|message|instructions?) (to|for) (the |any |all )?{_READER}s? ?:",
    f"(dear|hello|attention) (all |any )?{_READER}s? ?[:,!]",
    f"if you are (a |an |the )?{_READER}",
    f"you are (now )?(a |an |the )(paper |text )*{_READER}",
    f"(respond|answer|reply|output|return) (only |exactly )?(with )?(the label )?{_RARE}",
    f"(set|choose|select|assign|give|use) (the )?(usage )?label (to |of |as )?{_LABEL}",
    f"(correct|right|true|gold|proper) (usage )?(label|answer|category) is {_RARE}",
    f"(label|usage|verdict)s? ?(:|=|is) {_RARE}",
    f"you (must|should|have to|need to) (now |only )?({_TAKE}|answer|respond) ({_PAPER}|{_LABEL})",
    "(quote|cite|copy) (the following|this|these) (sentences?|text|words?) as (your )?evidence",
    "(begin|end) passages",
)
_MARKERS = (
    r"<\s?\|\s?[a-z_ ]{2,30}\s?\|\s?>",
    r"\[/?inst\]|<</?sys>>|</?(system|assistant|user|passages?|instructions?)>",
    r"(?<!#)##+ ?(system|assistant|user|instruction|response)\b",
    r"\b(system|developer) ?(message|prompt|note)? ?: ?(?=.{0,60}?\b(you (are|must|should)|ignore|"
    r"disregard|this (paper|work)|trained from scr|label))",
)
_ORDER = re.compile(rf"\b(?:{'|'.join(_ORDERS)})")
_SIGNS = {
    "name of a label": re.compile(
        rf"(?<![\w./-])(?:{'|'.join(name for name in Label if '_' in name)})(?![\w/-])"
    ),
    "role marker": re.compile("|".join(_MARKERS)),
    "imitated answer": re.compile(r"[\"'“”‘’`](quotes|uses|needs_review)[\"'“”‘’`] ?:"),
}


def suspicions(text: str) -> list[str]:
    """Return how a text addresses a classifier: the kinds of signs in it, none if it does not."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if not plain.isascii():
        plain = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cf", "Mn"))
    plain = " ".join(re.sub(r"-\s+", "", plain).split())
    found = [kind for kind, sign in _SIGNS.items() if sign.search(plain)]
    if _ORDER.search(re.sub(r"(?<=[a-z])[_-](?=[a-z])", " ", plain)):
        found.append("order to a classifier")
    return found
