"""A classifier without a language model: cues in the passages, weighed by a logistic regression.

Sentences are sorted by whose work they are about; each cue counts the sentences in which it occurs;
coefficients turn the counts into a probability for every label (multinomial logistic regression)
and for the whole dataset against a variant or a part of it (logistic regression). Cues and
coefficients are in `data/usage_cues.csv`.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from datafootprint.papers.paper_records import Passage
from datafootprint.papers.text_parts import split_sentences
from datafootprint.usage.claims import Claim, Claims
from datafootprint.usage.cues import WHOLE, Cue, read_cues, suspicions
from datafootprint.usage.labels import Label
from datafootprint.usage.names import SUBSET, UNSPECIFIED, Dataset

#: What a sentence about the work of others counts, and one that does not name the dataset.
ATTRIBUTED, BESIDE = 0.25, 0.5
#: Probability from which a training counts as one on the whole dataset.
LIKELY_WHOLE = 0.6
#: Sentences that are quoted, and cues that a reason prints.
QUOTES, CUES_OF_REASON = 3, 5


class Sentence:
    """A sentence with every name of the dataset written `@`, and whose work it is about."""

    def __init__(self, text: str, dataset: Dataset) -> None:
        self.text = text
        self.masked = _mask(text, dataset)
        self.names = "@" in self.masked
        self.variants = dataset.variants_in(text) if self.names else []
        kinds = read_cues()[1]

        def says(kind: str) -> bool:
            return kinds[kind].search(self.masked) is not None

        own = says("own work")
        self.others = says("comparison") or (not own and says("work of others"))
        #: That the dataset was not used.
        self.denies = self.names and says("denial")
        self._is = {
            "passage": True,
            "named": self.names,
            "remark": self.names,
            "own": self.names and own,
            "certain": self.names and not self.others and (own or says("certain model")),
            "variant": not set(self.variants) <= set(dataset.whole),
        }

    @cached_property
    def cues(self) -> dict[Cue, float]:
        """The cues that the sentence says, and what it counts for each."""
        return {
            cue: self.worth(cue)
            for cue in read_cues()[0]
            if self._is[cue.sentences] and cue.pattern.search(self.masked)
        }

    def worth(self, cue: Cue) -> float:
        """Return what the sentence counts as one that says a cue."""
        if self.denies:
            return 0.0
        if cue.sentences == "remark":
            return 1.0
        return (ATTRIBUTED if self.others else 1.0) * (1.0 if self.names else BESIDE)


def claims_by_rules(
    passages: Sequence[Passage], dataset: Dataset, review_below: float = 0.0
) -> Claims:
    """Say how a paper most probably used the dataset, from passages that address nobody.

    The confidence is the probability that the label, and for a training the choice between whole
    and part, is right; what is below `review_below` is left to a person.
    """
    texts = [passage.text for passage in passages if not suspicions(passage.text)]
    sentences = [Sentence(s, dataset) for text in texts for s in split_sentences(text)]
    values = cue_values(sentences)
    chances = _softmax({label: _sum(values, label) for label in Label})
    label = max(chances, key=lambda name: chances[name])
    confidence, variant = chances[label], ""
    evidence = _evidence(sentences, label)
    if label == Label.TRAINED:
        whole = 1 / (1 + math.exp(-_sum(values, WHOLE)))
        is_whole = whole >= LIKELY_WHOLE
        confidence *= max(whole, 1 - whole)
        variant = _trained_variant(sentences, dataset, is_whole)
    else:
        found = [name for sentence in evidence for name in sentence.variants]
        variant = dataset.merge(found)
    fault = (
        f"its confidence, {confidence:.2f}, is below usage.review_below"
        if confidence < review_below
        else ""
    )
    use = Claim(label, variant, [sentence.text for sentence in evidence[:QUOTES]])
    return Claims([use], round(confidence, 3), _reason(values, label), fault)


def cue_values(sentences: Sequence[Sentence]) -> dict[Cue, float]:
    """Return what each cue measures in a paper: the inputs of the regressions, from 0 to about 3.

    One sentence says half of what any number of them can say.
    """
    named = sum(sentence.names for sentence in sentences)
    counts = dict.fromkeys(read_cues()[0], 0.0)
    for sentence in sentences:
        for cue, worth in sentence.cues.items():
            counts[cue] += worth
    return {
        cue: {"sentences": 1 - 0.5**count, "share": 2 * count / max(1, named)}.get(cue.measure, 1.0)
        for cue, count in counts.items()
    }


def _sum(values: Mapping[Cue, float], column: str) -> float:
    return sum(value * cue.coefficients[column] for cue, value in values.items())


def _softmax(scores: Mapping[Label, float]) -> dict[Label, float]:
    highest = max(scores.values())
    odds = {label: math.exp(score - highest) for label, score in scores.items()}
    return {label: odd / sum(odds.values()) for label, odd in odds.items()}


def _gain(cue: Cue, label: Label) -> float:
    """Return by how much a cue speaks for a label rather than for the others on average."""
    return cue.coefficients[label] - sum(cue.coefficients[other] for other in Label) / len(Label)


def _evidence(sentences: Iterable[Sentence], label: Label) -> list[Sentence]:
    """Return the sentences that speak for a use, the strongest first.

    Each names the dataset, and is not about the work of others, unless a citation is to be shown.
    """
    shown = [s for s in sentences if s.names]
    if label != Label.CITED:
        shown = [s for s in shown if not s.others and not s.denies]
    gains = {id(s): sum(worth * _gain(cue, label) for cue, worth in s.cues.items()) for s in shown}
    return sorted(shown, key=lambda s: -gains[id(s)])


def _trained_variant(sentences: Iterable[Sentence], dataset: Dataset, is_whole: bool) -> str:
    """Return the variants trained on: of those that count, or else of the others."""
    found = {name for s in sentences if not s.others for name in s.variants}
    whole = found & set(dataset.whole)
    if is_whole:
        return dataset.merge(whole or {dataset.whole[0]})
    return dataset.merge(found - {*dataset.whole, UNSPECIFIED} or {SUBSET})


def _reason(values: Mapping[Cue, float], label: Label) -> str:
    gains = {cue: value * _gain(cue, label) for cue, value in values.items()}
    said = [cue for cue in gains if cue.measure != "constant" and gains[cue] > 0]
    heaviest = [cue.name for cue in sorted(said, key=lambda cue: -gains[cue])]
    if not heaviest:
        return "no cue of a use in the passages"
    return "cues: " + ", ".join(dict.fromkeys(heaviest[:CUES_OF_REASON]))


def _mask(sentence: str, dataset: Dataset) -> str:
    """Write `@` for every name of the dataset, variants included, in lower case."""
    # A sign of the paper's own, as in "mAP@0.5", is no name; a decimal point ends no clause.
    sentence = re.sub(r"(?<=\d)\.(?=\d)", ",", sentence.replace("@", "#"))
    for name in (*dataset.variants.values(), *dataset.names):
        sentence = name.sub("@", sentence)
    return re.sub(r"@(?: ?\(@\)|[ -]@)+", "@", sentence).lower()
