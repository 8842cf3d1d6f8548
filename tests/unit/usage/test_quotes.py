"""Quotes are found as the paper has them, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.usage_papers import passage

from datafootprint.papers.normalise import normalise
from datafootprint.usage.labels import Label
from datafootprint.usage.quotes import QuotedPaper
from datafootprint.usage.usage_records import Quote

PAGE_1 = "A title.\nAn abstract that speaks of nets in general.\n"
PAGE_2 = (
    "Our experi\x02ments use Ima\x02geNet. We train all net-\nworks from scratch on the ﬁrst\n"
    "1,281,167 images, reaching 91.0% top-5 accuracy – a gain of -0.5 points. Thanks.\n"
)
TEXT = f"{PAGE_1}\f{PAGE_2}"
START = len(PAGE_1) + 1


def find(quote: str, text: str = TEXT, start: int = START) -> Quote:
    """Look a quote up in the page of a text that begins at `start`."""
    end = text.find("\f", start) if text.find("\f", start) > 0 else len(text)
    shown = passage(normalise(text[start:end]).text, start)
    return QuotedPaper(text, [shown]).find(Label.TRAINED, quote)


@pytest.mark.parametrize(
    "quote",
    [
        "Our experiments use ImageNet. We train all networks from scratch",
        "our EXPERIMENTS use ImageNet; we train all networks from scratch",
        "We train all net-works from scratch on the first 1,281,167 images",
        "Our experiments use ImageNet ... reaching 91.0% top-5 accuracy",
        "Our experiments use ImageNet […] from scratch on the first",
        "reaching 91.0% top-5 accuracy — a gain of -0.5 points",
    ],
)
def test_true_quotes_are_found_with_page_and_offset(quote: str) -> None:
    found = find(quote)
    assert found.verified and found.page == 2
    assert found.start >= START
    assert normalise(TEXT[found.start :]).text.startswith(found.text)
    assert found.text.split()[0].lower() == quote.split()[0].lower()


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "We train all",  # too short
        "We train all networks from scratch on CIFAR",
        "We fine-tune all networks from scratch on the first",
        "reaching 910 % top-5 accuracy - a gain",  # the point is lost
        "reaching 91.0% top-5 accuracy - a gain of 0.5 points",  # the sign is lost
        "An abstract that speaks of nets in general",  # in the paper, but not shown
        "from scratch on the first ... We train all networks",  # the wrong way round
        "We train ... on ... images ... points",  # crumbs
    ],
)
def test_untrue_quotes_are_not_found(quote: str) -> None:
    found = find(quote)
    assert (found.verified, found.text, found.page, found.start) == (False, quote, None, None)


def test_a_second_page_like_the_first_gets_its_own_page_number() -> None:
    page = "We train a network on ImageNet from random weights.\n"
    text = f"{page}\f{page}"
    found = find("We train a network on ImageNet from random weights.", text, len(page) + 1)
    assert (found.page, found.start, found.text[-1]) == (2, len(page) + 1, ".")


@pytest.mark.parametrize("before", ["pre", "pre-", "Un", "non-", "can", "pre-\n"])
def test_a_quote_that_begins_within_a_word_is_none(before: str) -> None:
    text = f"We use a network {before}trained on ImageNet for our experiments.\n"
    quote = "trained on ImageNet for our experiments"
    assert not find(quote, text, 0).verified
    # Where the same words stand alone, they are a quote.
    assert find(quote, f"{text}Others are trained on ImageNet for our experiments.", 0).start > len(
        text
    )


def test_a_quote_from_behind_the_passage_is_none() -> None:
    text = (
        "A network pretrained on ImageNet for our experiments. It was trained on ImageNet for our"
    )
    before = QuotedPaper(text, [passage(text.partition(" It")[0])])
    assert not before.find(Label.TRAINED, "trained on ImageNet for our").verified


@given(st.text(min_size=30, max_size=200), st.integers(0, 150), st.integers(25, 80))
def test_what_is_cut_from_a_page_is_found_or_too_short(text: str, start: int, size: int) -> None:
    text = text.replace("\f", " ")
    quote = text[start : start + size]
    found = QuotedPaper(text, [passage(text)]).find(Label.TRAINED, quote)
    if found.verified:
        assert 0 <= found.start < len(text)
        assert found.page == 1
