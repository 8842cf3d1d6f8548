"""How papers write the dataset's name, and which variant of it they mean."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: A paper that names the dataset without a variant.
UNSPECIFIED = "unspecified"
#: A part of the dataset without a name of its own, or a smaller copy; it never counts.
SUBSET = "subset"
SEPARATOR = "; "

#: A word that does not make another variant of the dataset's name.
_PLAIN_WORD = re.compile(
    r"the|full|whole|standard|original|large|scale|data|dataset|set|training|images?|"
    r"classification|challenge|benchmark|unspecified|variant|version|of"
)


@dataclass(frozen=True)
class Dataset:
    """What the classifiers know about the dataset."""

    name: str
    #: How papers write it, whatever the variant.
    names: tuple[re.Pattern[str], ...]
    #: Name of a variant -> how papers write it.
    variants: Mapping[str, re.Pattern[str]]
    #: Variants that count as the dataset itself.
    whole: tuple[str, ...]

    @classmethod
    def from_config(cls, dataset: Mapping[str, Any], whole: Sequence[str]) -> "Dataset":
        """Make it from the sections `dataset` and `usage.count_variants` of the configuration."""
        return cls(
            dataset["name"],
            tuple(re.compile(pattern, re.IGNORECASE) for pattern in dataset["patterns"]),
            {
                variant["name"]: re.compile(variant["pattern"], re.IGNORECASE)
                for variant in dataset["variants"]
            },
            tuple(whole),
        )

    def variants_in(self, text: str) -> list[str]:
        """List the variants that a text names, in the order of the configuration.

        `unspecified` is last, if the dataset is also named without a variant.
        """
        found = []
        for variant, pattern in self.variants.items():
            text, times = pattern.subn(" ", text)
            if times:
                found.append(variant)
        return [*found, UNSPECIFIED] if any(name.search(text) for name in self.names) else found

    def canonical(self, claimed: str) -> list[str]:
        """Translate a classifier's word for the variant into the names of the configuration.

        A word that does not name the dataset is not a variant of it. A word that names it and says
        more (a subset of the authors' own) stays as it is, and counts as none of the known ones.
        """
        claimed = "".join(sign if sign.isprintable() else " " for sign in claimed)
        parts = claimed.split(SEPARATOR)
        if set(parts) <= {*self.variants, UNSPECIFIED, SUBSET}:
            return parts
        found = self.variants_in(claimed)
        if found != [UNSPECIFIED]:
            return found or [UNSPECIFIED]
        rest = claimed
        for name in self.names:
            rest = name.sub(" ", rest)
        if all(_PLAIN_WORD.fullmatch(word) for word in re.findall(r"[a-z0-9]+", rest.lower())):
            return [UNSPECIFIED]
        return [claimed.strip()[:60].replace(";", ",")]

    def merge(self, found: Iterable[str]) -> str:
        """Put the variants of a paper, in any order and repeated or not, into one cell."""
        present = set(found)
        if present & (set(self.whole) - {UNSPECIFIED}):
            # Beside the dataset itself, its plain name says nothing more.
            present.discard(UNSPECIFIED)
        order = [*self.variants, UNSPECIFIED]
        known = [name for name in order if name in present]
        return SEPARATOR.join([*known, *sorted(present - set(order))]) or UNSPECIFIED


def is_counted(variant: str, counted: Iterable[str]) -> bool:
    """Tell whether a cell of variants holds one that counts as training on the dataset."""
    return not set(counted).isdisjoint(variant.split(SEPARATOR))
