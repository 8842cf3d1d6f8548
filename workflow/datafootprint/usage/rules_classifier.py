"""A classifier of cue rules: no model, no network, every label with the sentences that gave it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from datafootprint.usage.cues import Cue, read_cues
from datafootprint.usage.labels import Label

#: Evidence from which a use counts, in the units of the weights of the cues.
ENOUGH = 1.0

#: The same for training where nothing speaks of weights that were trained before.
LIKELY = 0.8

#: What is shorter, in characters, is a heading or a piece of one.
SHORTEST_SENTENCE = 25

#: What is longer, in characters, is cut: the cues take time that grows with a power of it.
LONGEST_SENTENCE = 2000

#: Cues of this weight or more state a training; lighter ones only make it likely.
EXPLICIT = 0.5

#: Stated training must weigh this much of the pretrained weights' evidence to outdo them.
TRAINED_SHARE = 0.5

#: What is left of a cue in a sentence about the work of others.
ATTRIBUTED = 0.25

#: What is left of a cue of pretrained weights in a remark about no certain model.
INDEFINITE = 0.6

#: What makes the name of a dataset that of a variant; `@` is the name.
_VARIANT_AFFIX = re.compile(
    r"(?:\b(?:tiny|mini|small|full)[ -]?)?@"
    r"(?:[ -]?(?:(?:1|2[12])k|20\d\d|100|lt|v2|sketch|[acor])\b)?",
    re.IGNORECASE,
)

_SENTENCE = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bal\.)(?<!\bFig\.)(?<!\bTab\.)"
    r"(?<!\bSec\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\betc\.)\s+(?=[A-Z0-9(\[“\"])"
)


@dataclass(frozen=True)
class Evidence:
    """A cue that matched, its weight here and the sentence."""

    cue: Cue
    weight: float
    sentence: str
    #: The authors state in so many words that they trained on the dataset.
    decisive: bool


@dataclass(frozen=True)
class Verdict:
    """What the rules say about a paper."""

    label: Label
    evidence: list[Evidence]
    scores: dict[Label, float]

    @property
    def reason(self) -> str:
        """The matched cues, the heaviest first."""
        if not self.evidence:
            return "no cue of a use in the passages"
        names = dict.fromkeys(item.cue.name for item in self.evidence)
        return "cues: " + ", ".join(names)

    @property
    def confidence(self) -> float:
        """Share of the deciding label in all evidence, from 0 to 1; a score, not a probability."""
        total = sum(self.scores.values())
        if self.label == Label.CITED:
            return 1 / (1 + total)
        return self.scores[self.label] / total


def classify_by_rules(texts: Sequence[str], names: Sequence[re.Pattern[str]]) -> Verdict:
    """Return the strongest use with enough evidence in the texts; `cited_only` if none has.

    `texts` are passages outside the references, `names` expressions for the dataset's names.
    """
    return _decide([item for text in texts for item in _evidence(text, names)])


def split_sentences(text: str) -> list[str]:
    """Split a passage into sentences of at most `LONGEST_SENTENCE`."""
    sentences, start = [], 0
    for gap in _SENTENCE.finditer(text):
        # A heading ("ImageNet.") belongs to the sentence below it.
        if gap.start() - start >= SHORTEST_SENTENCE:
            sentences.append(text[start : gap.start()])
            start = gap.end()
    pieces = (
        sentence[cut : cut + LONGEST_SENTENCE]
        for sentence in [*sentences, text[start:]]
        for cut in range(0, len(sentence), LONGEST_SENTENCE)
    )
    return [piece for piece in pieces if piece.strip()]


def _evidence(text: str, names: Sequence[re.Pattern[str]]) -> list[Evidence]:
    sentences = [_Sentence(sentence, names) for sentence in split_sentences(text)]
    # What stands beside a mention is worth no more than the mention itself.
    beside = max((item.worth for item in sentences if item.named), default=0.0)
    found = []
    for item in sentences:
        worth = item.worth if item.named else min(item.worth, beside)
        if worth == 0:
            continue
        matched = [
            cue
            for cue in read_cues()[0]
            if (item.named or cue.nearby)
            and not (item.untrained and cue.label == Label.FINE_TUNED)
            and cue.pattern.search(item.masked)
        ]
        tuned = any(cue.label == Label.FINE_TUNED and cue.weight >= ENOUGH for cue in matched)
        for cue in matched:
            if tuned and cue.label == Label.TRAINED and not cue.active:
                continue
            weight = cue.weight * worth
            if cue.label == Label.FINE_TUNED and not item.definite:
                weight *= INDEFINITE
            decisive = cue.active and not tuned and weight >= ENOUGH
            found.append(Evidence(cue, weight, item.text, decisive))
    return found


class _Sentence:
    """A sentence, masked, and whose work it tells about."""

    def __init__(self, text: str, names: Sequence[re.Pattern[str]]) -> None:
        self.text = text
        self.masked = masked = _mask(text, names)
        self.named = "@" in masked
        _, kinds = read_cues()

        def says(kind: str) -> bool:
            return kinds[kind].search(masked) is not None

        self.untrained = says("no pretraining")
        self.definite = says("own work") or says("certain model")
        if self.named and says("denial"):
            self.worth = 0.0
        elif says("comparison") or (says("attribution") and not says("own work")):
            self.worth = ATTRIBUTED
        else:
            self.worth = 1.0


def _mask(sentence: str, names: Sequence[re.Pattern[str]]) -> str:
    """Write `@` for every name of the dataset, variants and years included, in lower case."""
    # A sign of the paper's own, as in "mAP@0.5", is no name.
    sentence = sentence.replace("@", "#")
    for name in names:
        sentence = name.sub("@", sentence)
    sentence = _VARIANT_AFFIX.sub("@", sentence)
    return re.sub(r"@(?: ?\(@\)|[ -]@)+", "@", sentence).lower()


def _decide(found: Sequence[Evidence]) -> Verdict:
    scores: dict[Label, float] = {label: 0.0 for label in Label if label != Label.CITED}
    by_cue: defaultdict[Cue, list[float]] = defaultdict(list)
    for item in found:
        by_cue[item.cue].append(item.weight)
    for cue, weights in by_cue.items():
        # A second match of the same cue says half as much as the first, a third nothing.
        first, second = [*sorted(weights, reverse=True), 0.0][:2]
        scores[cue.label] += first + second / 2
    stated = sum(
        item.weight
        for item in found
        if item.cue.label == Label.TRAINED and item.cue.weight >= EXPLICIT
    )
    trained, tuned, evaluated = (round(score, 6) for score in scores.values())
    outdone = (
        tuned >= ENOUGH
        and stated < max(ENOUGH, TRAINED_SHARE * tuned)
        and not any(item.decisive for item in found)
    )
    if trained >= LIKELY and not outdone:
        label = Label.TRAINED
    elif tuned >= ENOUGH:
        label = Label.FINE_TUNED
    elif evaluated >= ENOUGH:
        label = Label.EVALUATED
    else:
        label = Label.CITED
    evidence = sorted(
        (item for item in found if label in (item.cue.label, Label.CITED)),
        key=lambda item: -item.weight,
    )
    return Verdict(label, evidence, scores)
