"""Which variant of the dataset a paper means."""

import re
from collections.abc import Iterable, Mapping, Sequence

UNSPECIFIED = "unspecified"
SEPARATOR = "; "

#: A word that makes no variant of a dataset's name.
_PLAIN_WORD = re.compile(
    r"the|full|whole|standard|original|large|scale|data|dataset|set|training|images?|"
    r"classification|challenge|benchmark|unspecified|variant|version|of"
)

Variants = Mapping[str, re.Pattern[str]]


def variants_in(text: str, variants: Variants, names: Sequence[re.Pattern[str]]) -> list[str]:
    """List the variants that a text names.

    Parameters
    ----------
    text : str
        A sentence or a model's word for the variant.
    variants : mapping of str to re.Pattern
        Name of a variant -> how papers write it.
    names : sequence of re.Pattern
        Expressions for the dataset's own name, whatever the variant.

    Returns
    -------
    list of str
        In the order of `variants`; `unspecified` last, if the dataset is also named without one.
    """
    found = []
    for variant, pattern in variants.items():
        text, times = pattern.subn(" ", text)
        if times:
            found.append(variant)
    if any(name.search(text) for name in names):
        found.append(UNSPECIFIED)
    return found


def canonical(claimed: str, variants: Variants, names: Sequence[re.Pattern[str]]) -> list[str]:
    """Translate a classifier's word for the variant into the names of the configuration.

    A word that does not name the dataset at all is no variant of it. One that names it and says
    more than that (a subset of its own) stays as it is and counts as none of the known ones.
    """
    claimed = "".join(sign if sign.isprintable() else " " for sign in claimed)
    parts = claimed.split(SEPARATOR)
    if all(part in variants or part == UNSPECIFIED for part in parts):
        return parts
    found = variants_in(claimed, variants, names)
    if found != [UNSPECIFIED]:
        return found or [UNSPECIFIED]
    rest = claimed
    for name in names:
        rest = name.sub(" ", rest)
    words = re.findall(r"[a-z0-9]+", rest.lower())
    says_more = not all(map(_PLAIN_WORD.fullmatch, words))
    return [claimed.strip()[:60].replace(";", ",")] if says_more else [UNSPECIFIED]


def merge(found: Iterable[str], variants: Variants, whole: Sequence[str]) -> str:
    """Put the variants of a paper into one cell.

    Parameters
    ----------
    found : iterable of str
        Variants, in any order and more than once.
    variants : mapping
        Gives the order.
    whole : sequence of str
        Variants that are the dataset itself; beside one of them the plain name says no more.
    """
    present = set(found)
    if present & (set(whole) - {UNSPECIFIED}):
        present.discard(UNSPECIFIED)
    order = [*variants, UNSPECIFIED]
    known = [name for name in order if name in present]
    return SEPARATOR.join([*known, *sorted(present - set(order))]) or UNSPECIFIED


def is_counted(variant: str, counted: Iterable[str]) -> bool:
    """Tell whether a cell of variants holds one that counts as training on the dataset."""
    return not set(counted).isdisjoint(variant.split(SEPARATOR))
