"""Names of variants, as papers and models write them."""

import pytest
from tests.services.usage_papers import COUNTED, DATASET

from datafootprint.usage.names import Dataset, is_counted

KNOWN = Dataset.from_config(DATASET, COUNTED)


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("ImageNet-1K", ["ImageNet-1K"]),
        ("ILSVRC 2012", ["ImageNet-1K"]),
        ("imagenet-22k", ["ImageNet-21K"]),
        ("Tiny ImageNet; ImageNet-1K", ["Tiny-ImageNet", "ImageNet-1K"]),
        ("Tiny-ImageNet; unspecified", ["Tiny-ImageNet", "unspecified"]),
        ("the full ImageNet dataset", ["unspecified"]),
        ("ImageNet", ["unspecified"]),
        ("unspecified", ["unspecified"]),
        ("", ["unspecified"]),
        ("ResNet-50", ["unspecified"]),
        ("ImageNet-Dogs", ["ImageNet-Dogs"]),
        ("10% of ImageNet", ["10% of ImageNet"]),
        ("ImageNet-Dogs\0\n\u202e", ["ImageNet-Dogs"]),
    ],
)
def test_words_of_a_model_become_names_of_the_configuration(word: str, names: list[str]) -> None:
    assert KNOWN.canonical(word) == names


def test_each_mention_is_taken_for_one_variant() -> None:
    text = "We use Tiny ImageNet and ImageNet-1k, then ImageNet as such."
    assert KNOWN.variants_in(text) == [
        "Tiny-ImageNet",
        "ImageNet-1K",
        "unspecified",
    ]


def test_a_plain_name_says_no_more_beside_the_dataset_itself() -> None:
    assert KNOWN.merge(["unspecified", "ImageNet-1K"]) == "ImageNet-1K"
    mixed = KNOWN.merge(["unspecified", "Tiny-ImageNet"])
    assert mixed == "Tiny-ImageNet; unspecified"
    assert KNOWN.merge([]) == "unspecified"
    assert is_counted(mixed, COUNTED)
    assert not is_counted("Tiny-ImageNet; ImageNet-Dogs", COUNTED)
