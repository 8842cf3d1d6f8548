"""Variants of the configuration that cannot be told apart are refused."""

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.variants import compile_variants


@pytest.mark.parametrize(
    ("variants", "sentence"),
    [
        ([{"name": "a", "pattern": "("}], "is not a regular expression"),
        ([{"name": "other", "pattern": "a"}], "'other' is what no pattern finds"),
        ([{"name": "a", "pattern": "a"}, {"name": "a", "pattern": "b"}], "'a' occurs twice"),
    ],
)
def test_variants_that_cannot_be_used(variants, sentence):
    with pytest.raises(DatafootprintError, match=sentence):
        compile_variants(variants, "hub.variants", "other")
