"""Finding text in a paper that addresses whoever classifies it.

Papers are written by strangers. A passage that gives orders to a classifier, spells the labels of
this workflow, imitates its answers or a chat's role markers is not evidence of anything: no quote
from it counts, and the paper is left to a person. What papers write about themselves ("we classify
images", "trained from scratch", "the correct label is a cat") is left alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from datafootprint.usage.labels import LABELS


@dataclass(frozen=True)
class Suspicion:
    """A stretch of text that addresses a classifier: `start` and `end` in characters, and why."""

    start: int
    end: int
    kind: str


#: Letters that lowering alone folds, with one character for each; all others are looked at singly.
_PLAIN_OR_NOT = re.compile(r"(?P<plain>[\x01\x03-\x7f]+)|[^\x01\x03-\x7f]+")
_UNSEEN = {"Mn", "Cf", "Cs", "Co"}

#: Cyrillic and Greek letters that pass for Latin ones.
_LOOKALIKES = dict(zip("аеорсухіјѕԁοαιερτνκ", "aeopcyxijsdoaieptvk", strict=True))

_NAME = "(classify|label|categorize|categorise|annotate|tag|flag)"
_NAMED = "(classified|labeled|labelled|categorized|categorised|annotated|tagged|flagged)"
_TAKE = "(count|record|treat|rate|report|consider|mark|register|regard|score|judge)"
_TAKEN = "(counted|recorded|treated|rated|reported|considered|marked|registered|regarded|judged)"
_THIS = "(this|the present|the given|the above|our)"
_PAPER = "(paper|article|manuscript|submission|publication|study)"
_ANY_PAPER = "(paper|article|manuscript|submission|publication|study|work|document|text|passage)"
_READER = (
    "(classifier|annotator|labeller|labeler|grader|language model|llm|ai model|ai system|ai|"
    "ai reader|ai reviewer|ai assistant|chatbot|gpt|chatgpt|automated reader|automated system|"
    "automatic reader|model)"
)
_LABEL = (
    "(trained from scratch|scratch|fine tuned|finetuned|evaluated only|evaluated|cited only|"
    "needs review)"
)
_RARE_LABEL = "(trained from scratch|cited only|needs review)"

_ORDERS = (
    f"{_NAME} {_THIS} {_PAPER} (only |simply )?(as|with|under)",
    f"({_NAME}|{_TAKE}) {_THIS} {_ANY_PAPER} (only |simply )?(as|with|under) (a |an |being )?"
    f"{_LABEL}",
    f"{_THIS} {_PAPER} (must|should|shall|has to|needs to|is to|ought to) (always |only )?be "
    f"{_NAMED}",
    f"{_THIS} {_ANY_PAPER} (must|should|shall|has to|needs to|is to|ought to) (always |only )?be "
    f"({_NAMED}|{_TAKEN}) (as )?{_LABEL}",
    f"({_NAME}|{_TAKE}) (it|us|everything|all papers|all passages) as {_RARE_LABEL}",
    "(ignore|disregard|forget|override|overrule) (all |any |the |your )?(of )?(the |your |my )?"
    "((previous|prior|above|earlier|preceding|foregoing|system) "
    "(system |developer )?(instruction|prompt|direction|rule|order|command|message|guideline)|"
    "(other|given|existing) (instruction|prompt|command|message))",
    "(ignore|disregard|forget) (everything|anything|all|what) (said |written |that stands )?"
    "(above|before this)",
    "(new|updated|revised) (system |developer )?(instructions?|prompt|task)[ ]?:",
    f"(note|notice|message|memo|reminder|instructions?|hint) (to|for) (the |any |an |all |every )?"
    f"{_READER}s?[ ]?:",
    f"(dear|hello|hey|attention (to )?(all|any|every)) {_READER}s?[ ]?[:,!]",
    "attention,? (ai|llm|language model|classifier|annotator|grader)s?[ ]?[:!]",
    f"if you are (a |an |the )?(large |automated )*{_READER}",
    "(you are|you re|act as|pretend to be) (now )?(a |an |the )(large |automated |paper |text )*"
    "(classifier|annotator|labeller|labeler|grader)",
    f"(respond|answer|reply) (only |exactly |just |always |simply )?(with |in )?(the |a )?"
    f"(label |word |words |string |value )?{_RARE_LABEL}",
    f"(output|return|print|emit|choose|select|assign|give|use|set|pick) (only |exactly |always )?"
    f"(the |a )?(usage )?(label|string|value|answer|category) (to |of |as )?{_LABEL}",
    f"(correct|right|expected|true|gold|proper|final|only|appropriate) (usage |use )?"
    f"(label|answer|category|classification|verdict) (for {_THIS} {_ANY_PAPER} |here )?"
    f"(is|must be|should be|equals) {_RARE_LABEL}",
    f"(label|usage|verdict)s? ?(:|=|is) {_RARE_LABEL}",
    "you (must|should|shall|have to|need to|are required to|are to|will) "
    "(now |only |always |then )?"
    f"({_NAME}|{_TAKE}|answer|respond|quote|output|return) ({_THIS} {_ANY_PAPER}|the paper|"
    f"{_RARE_LABEL}|with {_LABEL})",
    "(quote|cite|copy) (the following|this|these) (sentences?|lines?|text|words?) (as|for|in) "
    "(your |the |an? )?(evidence|answer|proof|quotes?|support)",
    "(begin|end) passages",
)

_ROLES = (
    r"<\s?\|\s?[a-z_ ]{2,30}\s?\|\s?>",
    r"\[/?inst\]|<</?sys>>",
    r"</?(system|assistant|user|passages?|instructions?)>",
    r"(?<!#)#{2,}\s*(system|assistant|user|instruction|response|human)\b",
    r"(?:^|[.!?\n\f\]>})\"]\s{0,20}|\*\*|\s)(system|assistant|developer|human|user)\**\s*:\s*"
    r"(?=.{0,60}?(\byou (are|must|should)|\bignore\b|\bdisregard\b|this paper|trained from scr|"
    r"\blabel(led)?\b|{\s*[\"']|classify this))",
    r"\b(system|developer) (message|prompt|note|override)\s*:",
)

#: Searched at a time: some patterns take time that grows with the square of it. What they find is
#: shorter than the overlap of two windows.
_WINDOW, _OVERLAP = 8000, 2000

_FIELDS = "label|variant|quotes|confidence|reason|uses|verified|needs_review"
_FIELD = re.compile(rf"[\"'“”‘’`]\s*({_FIELDS})\s*[\"'“”‘’`]\s*:")
_OWN_FIELDS = {"quotes", "uses", "needs_review"}


def _loose(words: str) -> str:
    """Turn words into a pattern that also finds them spread out or joined by signs.

    Letters may stand apart by up to two signs and a space stands for up to six; groups, `?`, `*`
    and character sets keep their meaning.
    """
    pieces = []
    for token in re.findall(r"\[.*?\]|[a-z]+|.", words):
        if token.isalpha():
            pieces.append(r"[\W_]{0,2}".join(token))
        elif token == " ":
            pieces.append(r"[\W_]{0,6}")
        else:
            pieces.append(token)
    return "".join(pieces)


def _finder(patterns: Iterable[str], before: str = "") -> re.Pattern[str]:
    """Compile a choice of patterns; what all need before them is looked at once, not for each."""
    return re.compile(f"{before}(?:{'|'.join(patterns)})", re.MULTILINE)


_FINDERS = (
    ("order to a classifier", _finder(map(_loose, _ORDERS), before=r"(?<!\w)")),
    (
        "name of a label",
        _finder((rf"{name}(?![\w/-])" for name in LABELS if "_" in name), before=r"(?<![\w./-])"),
    ),
    ("role marker", _finder(_ROLES)),
)


def suspicions(text: str) -> list[Suspicion]:
    """Find the stretches of `text` that address a classifier.

    Parameters
    ----------
    text : str
        Text of a paper as it would be sent.

    Returns
    -------
    list of Suspicion
        In order of their start; offsets are those of `text`.
    """
    folded, offsets = _fold(text)
    found = {
        Suspicion(offsets[match.start()], offsets[match.end() - 1] + 1, kind)
        for kind, finder in _FINDERS
        for start in range(0, len(folded), _WINDOW - _OVERLAP)
        for match in finder.finditer(folded, start, start + _WINDOW)
        if match.end() > match.start()
    }
    found.update(
        Suspicion(offsets[start], offsets[end - 1] + 1, "imitated answer")
        for start, end in _imitated_answers(folded)
    )
    return sorted(found, key=lambda suspicion: (suspicion.start, suspicion.end))


def _fold(text: str) -> tuple[str, list[int]]:
    """Lower and decompose `text` and drop what cannot be seen; return it with its offsets."""
    pieces: list[str] = []
    offsets: list[int] = []
    for run in _PLAIN_OR_NOT.finditer(text):
        if run.lastgroup == "plain":
            pieces.append(run.group().lower())
            offsets += range(run.start(), run.end())
            continue
        for offset, character in enumerate(run.group(), run.start()):
            for piece in unicodedata.normalize("NFKD", character).lower():
                if unicodedata.category(piece) not in _UNSEEN and piece not in "\0\2":
                    pieces.append(_LOOKALIKES.get(piece, piece))
                    offsets.append(offset)
    return "".join(pieces), offsets


def _imitated_answers(text: str) -> Iterator[tuple[int, int]]:
    """Find fields of an answer close together, one of them found in no other JSON."""
    fields = list(_FIELD.finditer(text))
    for number, field in enumerate(fields):
        # No more than these can stand that close.
        around = fields[max(0, number - 50) : number + 50]
        names = {other.group(1) for other in around if abs(other.start() - field.start()) < 300}
        if names & _OWN_FIELDS and len(names) > 1:
            yield field.span()
