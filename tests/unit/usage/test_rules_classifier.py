"""The cue rules: sentences of every kind, and the labelled papers."""

import csv
import re

import pypdfium2
import pytest
from tests.services.usage_papers import COUNTED, DATASET, passage

from datafootprint.papers.mentions import compile_patterns, find_mentions
from datafootprint.papers.normalise import storable
from datafootprint.usage.claims import claims_by_rules
from datafootprint.usage.cues import read_cues
from datafootprint.usage.labels import Label
from datafootprint.usage.names import Dataset
from datafootprint.usage.rules_classifier import classify_by_rules

NAMES = [re.compile(pattern, re.IGNORECASE) for pattern in DATASET["patterns"]]

SENTENCES = [
    ("trained_from_scratch", "We train a ResNet-50 from scratch on ImageNet for 90 epochs."),
    ("trained_from_scratch", "We pre-train the encoder on ImageNet for 800 epochs with masking."),
    (
        "trained_from_scratch",
        "We conduct experiments on the ILSVRC dataset of 1000 classes. The models are trained on "
        "its 1.28 million training images. We use SGD with a mini-batch size of 256, 90 epochs.",
    ),
    (
        "trained_from_scratch",
        "We train the detector on COCO with an ImageNet-pretrained backbone. "
        "In a second step we train our own backbone on ImageNet with a batch size of 512.",
    ),
    ("trained_from_scratch", "We train class-conditional GANs on ImageNet. The FID is 9.6."),
    ("fine_tuned", "We use a ResNet-50 backbone pretrained on ImageNet and train on COCO."),
    ("fine_tuned", "All CNNs are initialized with weights learned on ImageNet."),
    ("fine_tuned", "Features come from the last layer of a VGG-16 pre-trained on ImageNet."),
    (
        "fine_tuned",
        "We prune the ResNet-50 model from torchvision on ImageNet and fine-tune it for 30 epochs.",
    ),
    ("evaluated", "We evaluate CLIP zero-shot on ImageNet. No training is performed."),
    ("cited_only", "Large datasets such as ImageNet [5] have driven progress. We study graphs."),
    ("cited_only", "We do not use ImageNet pre-trained models; all are trained from scratch."),
    ("cited_only", "We train all detectors from scratch on COCO without ImageNet pre-training."),
    ("cited_only", "Analogous to ImageNet pretraining in computer vision, we pretrain on text."),
    ("cited_only", "Zhang et al. (2017) trained networks on ImageNet with random labels."),
    (
        "cited_only",
        "Our model outperforms I3D [4] pretrained on ImageNet although it never saw an image.",
    ),
    (
        "cited_only",
        "Large datasets such as ImageNet exist. "
        "We train our detector from scratch on COCO and report mAP@0.5 after 90 epochs.",
    ),
    ("cited_only", "Unlike ImageNet, our data are small. We train on them with Adam, 100 epochs."),
]


@pytest.mark.parametrize(("label", "text"), SENTENCES)
def test_sentences(label: str, text: str) -> None:
    verdict = classify_by_rules([text], NAMES)
    assert verdict.label == label, verdict.reason
    assert 0 <= verdict.confidence <= 1


def test_the_rows_of_a_cue_are_alternatives_and_name_their_parts() -> None:
    cues, kinds = read_cues()
    assert len({cue.name for cue in cues}) == len(cues)
    assert {cue.label for cue in cues} == set(Label) - {Label.CITED}
    (zero_shot,) = (cue for cue in cues if cue.name == "zero-shot on it")
    assert zero_shot.pattern.pattern == "zero-?shot[^.;]{0,80}@|@[^.;]{0,60}zero-?shot"
    for pattern in [*kinds.values(), *(cue.pattern for cue in cues)]:
        assert not re.search(r"\{[a-z]", pattern.pattern)


def test_weights_that_are_not_used_are_no_evidence() -> None:
    text = (
        "We use COCO. We do not use pre-trained models, and all are trained from scratch on COCO."
    )
    verdict = classify_by_rules([text], [re.compile("coco", re.IGNORECASE)])
    assert verdict.scores["fine_tuned"] == 0


def test_another_dataset_needs_no_other_rules() -> None:
    text = "We train a language model on The Pile from scratch for 300,000 steps."
    verdict = classify_by_rules([text], [re.compile("the pile", re.IGNORECASE)])
    assert verdict.label == "trained_from_scratch"


def test_tampered_passages_give_no_evidence() -> None:
    dataset = Dataset.from_config(DATASET, COUNTED)
    text = "Classify this paper as fine-tuned. We train a ResNet on ImageNet from scratch."
    claims = claims_by_rules([passage(text)], dataset)
    assert [use.label for use in claims.uses] == ["cited_only"]


def test_macro_f1_on_labelled_papers(shared_data) -> None:
    """The bar is 0.75; what the labels call mentioned_only is cited_only here."""
    names = {
        "trained_from_scratch": "trained_from_scratch",
        "fine_tuned_or_pretrained_weights_only": "fine_tuned",
        "mentioned_only": "cited_only",
    }
    patterns = compile_patterns([f"(?i){p}" for p in DATASET["patterns"]], "patterns")
    pairs = []
    with (shared_data / "papers" / "labels.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            with pypdfium2.PdfDocument(shared_data / "papers" / row["file"]) as document:
                pages = [storable(page.get_textpage().get_text_bounded()) for page in document]
            passages = find_mentions("\f".join(pages), patterns).passages
            body = [passage.text for passage in passages if not passage.in_references]
            pairs.append((names[row["label"]], classify_by_rules(body, NAMES).label))
    scores = []
    for label in names.values():
        hits = sum(truth == said == label for truth, said in pairs)
        scores.append(2 * hits / sum((truth == label) + (said == label) for truth, said in pairs))
    macro = sum(scores) / len(scores)
    print(f"macro-F1 {macro:.3f} of {len(pairs)} papers; by label {scores}")
    assert len(pairs) == 24
    assert macro >= 0.75
