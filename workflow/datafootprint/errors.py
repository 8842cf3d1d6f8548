"""What a user can fix, in one sentence."""

import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class DatafootprintError(Exception):
    """Something the user can fix, in one sentence: what is wrong, where, what to do.

    It is one line, whatever it quotes.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__("".join(sign if sign.isprintable() else " " for sign in sentence))


def require(value: T, sentence: str) -> T:
    """Return `value`; refuse one that is empty."""
    if not value:
        raise DatafootprintError(sentence)
    return value


def asked_for(inputs: Callable[..., T], *arguments: object) -> T:
    """Return the inputs of a target; end with the sentence alone where it can have none.

    Snakemake shows a traceback for every exception in an input function.
    """
    try:
        return inputs(*arguments)
    except DatafootprintError as error:
        sys.exit(str(error))
