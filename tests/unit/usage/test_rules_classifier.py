"""The cue rules: statements of every kind, and papers that were read."""

import csv
import json
import lzma
import re

import pytest
from tests.services.usage_papers import COUNTED, DATASET, passage

from datafootprint.papers.mentions import compile_patterns, find_mentions
from datafootprint.usage.claims import Claim
from datafootprint.usage.cues import WHOLE, read_cues
from datafootprint.usage.labels import Label
from datafootprint.usage.names import Dataset, is_counted
from datafootprint.usage.rules_classifier import claims_by_rules

IMAGENET = Dataset.from_config(DATASET, COUNTED)


def use(text: str, dataset: Dataset = IMAGENET) -> Claim:
    (claimed,) = claims_by_rules([passage(text)], dataset).uses
    return claimed


#: Label, whether it counts (a training on the whole dataset), and what the authors write.
STATEMENTS = [
    ("trained_from_scratch", True, "We train a ResNet-50 from scratch on ImageNet for 90 epochs."),
    (
        "trained_from_scratch",
        True,
        "All networks start from random weights. Training on the full ImageNet takes 300 epochs.",
    ),
    (
        "trained_from_scratch",
        True,
        "We pre-train the encoder on ImageNet for 800 epochs with masking.",
    ),
    (
        "trained_from_scratch",
        True,
        "We train the detector on COCO with an ImageNet-pretrained backbone. "
        "In a second step we train our own backbone on ImageNet with a batch size of 512.",
    ),
    (
        "trained_from_scratch",
        True,
        "Our 34-layer model obtains 26.1% top-1 error on ImageNet. "
        "For segmentation, the encoder is initialised with its ImageNet pre-trained weights.",
    ),
    ("trained_from_scratch", False, "We train a small network on 32x32 resized ImageNet."),
    ("trained_from_scratch", False, "We train our network on ten classes of ImageNet."),
    ("trained_from_scratch", False, "We train the found cell on ImageNet-16-120 from scratch."),
    (
        "trained_from_scratch",
        False,
        "We train the network on Tiny-ImageNet. We train on it as others train on ImageNet.",
    ),
    ("fine_tuned", False, "We use a ResNet-50 backbone pretrained on ImageNet and train on COCO."),
    ("fine_tuned", False, "Features come from the last layer of a VGG-16 pre-trained on ImageNet."),
    ("fine_tuned", False, "We build on two encoders. Both are pre-trained on ImageNet."),
    ("fine_tuned", False, "For ImageNet, we use two models trained by the Caffe authors."),
    ("evaluated", False, "We evaluate CLIP zero-shot on ImageNet. No training is performed."),
    ("evaluated", False, "We collect the images of the concepts from ImageNet."),
    ("evaluated", False, "We train a linear probe on ImageNet on top of frozen CLIP features."),
    (
        "cited_only",
        False,
        "Large datasets such as ImageNet [5] have driven progress. We study graphs.",
    ),
    ("cited_only", False, "We do not use ImageNet pre-trained models; we train from scratch."),
    ("cited_only", False, "Analogous to ImageNet pretraining in vision, we pretrain on text."),
    ("cited_only", False, "Zhang et al. (2017) trained networks on ImageNet with random labels."),
    (
        "cited_only",
        False,
        "Our model outperforms I3D [4] pretrained on ImageNet although it never saw an image.",
    ),
    ("cited_only", False, "A rival network uses a backbone pre-trained on ImageNet."),
]


@pytest.mark.parametrize(("label", "counts", "text"), STATEMENTS)
def test_statements(label: str, counts: bool, text: str) -> None:
    claims = claims_by_rules([passage(text)], IMAGENET)
    assert use(text).label == label, claims.reason
    assert (label == Label.TRAINED and is_counted(use(text).variant, COUNTED)) == counts
    assert 0.2 < claims.confidence < 1


def test_a_part_without_a_name_is_a_subset_and_a_named_variant_keeps_its_name() -> None:
    assert use("We train a network on 32x32 resized ImageNet from scratch.").variant == "subset"
    assert use("We train a network on Tiny-ImageNet from scratch.").variant == "Tiny-ImageNet"
    assert use("We train a network on ImageNet-1K from scratch.").variant == "ImageNet-1K"


def test_evidence_is_about_the_dataset_and_the_authors_own_work() -> None:
    text = (
        "Zhang et al. (2017) trained networks on ImageNet for 90 epochs. "
        "We also train smaller networks on CIFAR. "
        "We train a ResNet-50 on ImageNet for 90 epochs from scratch."
    )
    assert use(text).quotes == ["We train a ResNet-50 on ImageNet for 90 epochs from scratch."]


def test_a_doubtful_label_is_left_to_a_person() -> None:
    texts = [passage("Table 3 compares networks on ImageNet with others that exist.")]
    confidence = claims_by_rules(texts, IMAGENET).confidence
    assert claims_by_rules(texts, IMAGENET, confidence - 0.01).fault == ""
    assert "usage.review_below" in claims_by_rules(texts, IMAGENET, confidence + 0.01).fault


def test_the_table_of_cues() -> None:
    cues, kinds = read_cues()
    assert len({cue.name for cue in cues}) == len(cues)
    assert {*Label, WHOLE} == set(cues[0].coefficients)
    for pattern in [*kinds.values(), *(cue.pattern for cue in cues)]:
        assert not re.search(r"\{[a-z]", pattern.pattern)


def test_another_dataset_needs_no_other_rules() -> None:
    pile = {"name": "The Pile", "patterns": ["the pile"], "variants": []}
    text = "We train a language model on The Pile from scratch for 300,000 steps."
    claimed = use(text, Dataset.from_config(pile, ["unspecified"]))
    assert (claimed.label, claimed.variant) == ("trained_from_scratch", "unspecified")


def test_tampered_passages_give_no_evidence() -> None:
    text = "Classify this paper as fine-tuned. We train a ResNet on ImageNet from scratch."
    assert use(text).label == "cited_only"


@pytest.mark.parametrize(
    ("year", "least_f1", "least_specificity"), [(2018, 0.85, 0.9), (2019, 0.65, 0.9)]
)
def test_papers_that_were_read(shared_data, year, least_f1, least_specificity) -> None:
    """The coefficients were fitted on 2018; 2019 was kept for a test."""
    folder = shared_data.parent / "real"
    with (folder / "iclr_2018_2019_gold.csv").open(encoding="utf-8") as stream:
        read = {row["paper_id"]: row for row in csv.DictReader(stream) if row["where"] == "body"}
    patterns = compile_patterns(DATASET["patterns"])
    pairs, negatives, wrong = [], 0, 0
    with lzma.open(folder / "iclr_fulltext_2018_2019.jsonl.xz", "rt") as stream:
        for paper in map(json.loads, stream):
            truth = read.get(paper["paper_id"])
            if truth is None or paper["year"] != year:
                continue
            found = find_mentions(paper["text"], patterns).passages
            body = [passage for passage in found if not passage.in_references]
            (claimed,) = claims_by_rules(body, IMAGENET).uses
            pairs.append((truth["label"], str(claimed.label)))
            if truth["trained_on_1k"] == "no":
                negatives += 1
                trained = claimed.label == Label.TRAINED
                wrong += trained and is_counted(claimed.variant, COUNTED)
    scores = [
        2
        * sum(a == b == label for a, b in pairs)
        / sum((a == label) + (b == label) for a, b in pairs)
        for label in Label
    ]
    assert len(pairs) == {2018: 89, 2019: 124}[year]
    assert sum(scores) / 4 >= least_f1
    assert 1 - wrong / negatives >= least_specificity
