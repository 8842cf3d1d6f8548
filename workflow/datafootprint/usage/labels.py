"""How a paper can use the dataset, who says so, and how counts of uses are corrected."""

from enum import StrEnum

#: The source of the counts of papers that are read and labelled.
LIVE = "live"


class Label(StrEnum):
    """A use of the dataset, from the strongest to the weakest."""

    #: As the audit page prints it.
    words: str
    #: For a language model and a person; another text asks, and pays for, every paper again.
    meaning: str

    def __new__(cls, value: str, words: str = "", meaning: str = "") -> "Label":
        """Make a member with its two texts."""
        label = str.__new__(cls, value)
        label._value_ = value
        label.words, label.meaning = words, meaning
        return label

    TRAINED = (
        "trained_from_scratch",
        "Trained from scratch",
        "the authors trained a model on the dataset, or on a subset or variant of it, starting "
        "from random weights. Self-supervised and generative training count.",
    )
    FINE_TUNED = (
        "fine_tuned",
        "Fine-tuned",
        "they started from weights trained before and trained them further on the dataset, or used "
        "weights that somebody trained on it (a pretrained backbone, for example).",
    )
    EVALUATED = ("evaluated", "Evaluated", "they only ran models on its images.")
    CITED = (
        "cited_only",
        "Cited only",
        "it is named (related work, background, a comparison, a choice not to use it), but neither "
        "its images nor weights trained on it were used.",
    )


class Classifier(StrEnum):
    """Who labels a paper; papers that only list the dataset in their references need no reading."""

    REFERENCES = "references"
    RULES = "rules"
    LLM = "llm"


class Correction(StrEnum):
    """How a count of labels is corrected for the classifier's errors."""

    NONE = "none"
    AUDIT = "audit"
