"""Mentions, the passages around them, and lists of references."""

import re

import pytest
from tests.conftest import ROOT

from datafootprint.config import default_config
from datafootprint.papers.mentions import compile_patterns, find_mentions
from datafootprint.papers.text_parts import reference_spans

CONFIG = default_config(ROOT)
PATTERNS = compile_patterns(CONFIG["dataset"]["patterns"])


@pytest.mark.parametrize(
    "text",
    [
        "ImageNet",
        "imagenet",
        "IMAGENET",
        "Ima\x02geNet",
        "Ima-\ngeNet",
        "Image-Net",
        "Image Net",
        "I MAGE N ET",
        "IMAGE NET",
        "Tiny-ImageNet",
        "miniImageNet",
        "Imagenette",
        "ILSVRC2012",
        "LSVRC-2010",
        "ISLVRC",
        "IN-1k",
        "IN22K",
        "\U0001d408\U0001d426\U0001d41a\U0001d420\U0001d41e\U0001d40d\U0001d41e\U0001d42d",
    ],
)
def test_names_of_the_dataset(text: str) -> None:
    assert find_mentions(f"We use {text} here.", PATTERNS).mentions == 1


@pytest.mark.parametrize(
    "text",
    [
        "image network",
        "image-net-work",
        "Image Networks",
        "an image net of nodes",
        "imaged nets",
        "MIN1K",
        "CIN-1k",
        "IN-1kg",
        "COCO",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert find_mentions(f"We use {text} here.", PATTERNS).mentions == 0


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("ImageNet-1K", "ImageNet-1K"),
        ("ILSVRC-2012", "ImageNet-1K"),
        ("ILSVRC", "ImageNet-1K"),
        ("IN1k", "ImageNet-1K"),
        ("ImageNet-21k", "ImageNet-21K"),
        ("IN-22K", "ImageNet-21K"),
        ("Tiny ImageNet", "Tiny-ImageNet"),
        ("miniImageNet", "miniImageNet"),
        ("ImageNet-100", "ImageNet-100"),
        ("ImageNet-C", "ImageNet-C"),
        ("ImageNetV2", "ImageNet-V2"),
        ("ImageNet-R", "ImageNet-R"),
        ("ImageNet-Sketch", "ImageNet-Sketch"),
        ("Imagenette", "Imagenette"),
        ("ImageNet", None),
        ("ImageNet classification", None),
        ("ImageNet-accuracy", None),
        ("ImageNet 100 epochs", None),
        ("ImageNet-100 dataset", "ImageNet-100"),
    ],
)
def test_variants(text: str, variant: str | None) -> None:
    found = [
        known["name"]
        for known in CONFIG["dataset"]["variants"]
        if re.search(known["pattern"], text, re.IGNORECASE)
    ]
    assert found == ([] if variant is None else [variant])


def test_sentences_around_a_mention() -> None:
    words = [f"Sentence {name} is here." for name in "abcdefghij"]
    words[5] = "We use ImageNet, e.g. All of it, as in Fig. 3 of A. Nemo et al. (2019) here."
    found = find_mentions("\n".join(words), PATTERNS)
    assert [passage.text for passage in found.passages] == [" ".join(words[3:8])]
    assert found.passages[0].pattern == CONFIG["dataset"]["patterns"][0]


def test_neighbouring_mentions_share_a_passage() -> None:
    far = " ".join(["This says nothing."] * 40)
    found = find_mentions(f"ImageNet is one. ILSVRC is two. {far} ImageNet is three.", PATTERNS)
    assert found.mentions == 3
    assert len(found.passages) == 2


def test_one_place_counts_once() -> None:
    overlapping = compile_patterns(["ImageNet", "net-1k", "ImageNet-1K"])
    assert find_mentions("On ImageNet-1K.", overlapping).mentions == 1


def test_page_and_offset() -> None:
    stored = "First page.\fSecond page begins. We use Image-\nNet-1K.\fThird."
    (passage,) = find_mentions(stored, PATTERNS).passages
    assert passage.page == 1
    assert passage.start == 0
    stored = ("x" * 600 + " ") + "\f" + ("y" * 600 + ". ") + "  We use ImageNet."
    (passage,) = find_mentions(stored, PATTERNS).passages
    assert passage.page == 2
    assert stored[passage.start :].startswith("We use" if passage.text[0] == "W" else "y")


def test_a_long_table_is_cut_at_words() -> None:
    stored = "12.3 45.6 " * 400 + "ImageNet " + "78.9 " * 400
    (passage,) = find_mentions(stored, PATTERNS).passages
    assert 500 < len(passage.text) <= 908
    assert set(passage.text.split()) == {"12.3", "45.6", "ImageNet", "78.9"}


BODY = "We measure things. Nothing is said of data.\n"
ENTRIES = "[1] O. R. ImageNet challenge. IJCV, 2015.\n[2] A. N. Another ImageNet paper. 2012.\n"


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "References",
            "REFERENCES",
            "R EFERENCES",
            "7 References",
            "7. References",
            "VII. References",
        ),
        *("Bibliography", "References:", "Literature Cited", "\fReferences"),
    ],
)
def test_mentions_in_references_only(heading: str) -> None:
    found = find_mentions(f"{BODY}{heading}\n{ENTRIES}", PATTERNS)
    assert (found.mentions, found.in_references_only) == (2, True)
    assert all(passage.in_references for passage in found.passages)
    found = find_mentions(f"{BODY}We use ILSVRC.\n{heading}\n{ENTRIES}", PATTERNS)
    assert (found.mentions, found.in_references_only) == (3, False)
    assert [passage.in_references for passage in found.passages] == [False, True, True]


@pytest.mark.parametrize(
    "heading",
    [
        *("Appendix", "A APPENDIX", "A PPENDIX", "Supplementary Material"),
        *("A Proofs of the Theorems", "A Proof of Theorem 3.1", "7. Appendix", "8 APPENDIX"),
        *("A P ROOF OF T HEOREM 1", "B I MPLEMENTATION D ETAILS", "B.1 MORE EXPERIMENTS"),
    ],
)
def test_an_appendix_is_body(heading: str) -> None:
    stored = f"{BODY}References\n{ENTRIES}{heading}\nHere we train on ImageNet.\n"
    found = find_mentions(stored, PATTERNS)
    assert not found.in_references_only
    assert [passage.in_references for passage in found.passages] == [True, True, False]


def test_a_second_bibliography_under_another_heading_is_no_body() -> None:
    second = f"A Details\nMore.\nBibliography of the list of optimisers\n{ENTRIES}"
    found = find_mentions(f"{BODY}References\n{ENTRIES}{second}", PATTERNS)
    assert (found.mentions, found.in_references_only) == (4, True)


def test_a_running_head_is_no_appendix() -> None:
    stored = f"{BODY}References\nA PREPRINT - OCTOBER 7, 2020\n{ENTRIES}"
    assert find_mentions(stored, PATTERNS).in_references_only


def test_the_word_references_in_a_sentence_is_no_heading() -> None:
    stored = f"{BODY}See the\nreferences of that paper.\nReferences to ImageNet are many.\n"
    assert reference_spans(stored) == []
    assert not find_mentions(stored, PATTERNS).in_references_only
