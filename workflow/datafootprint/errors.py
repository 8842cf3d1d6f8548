"""What a user can mend, told in one sentence."""

import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class DatafootprintError(Exception):
    """Something the user can mend, told in one sentence: what is wrong, where, what to do."""


def asked_for(inputs: Callable[..., T], *arguments: object) -> T:
    """Return the inputs of a target; end with the sentence alone where it can have none.

    Snakemake shows a traceback for every exception in an input function.
    """
    try:
        return inputs(*arguments)
    except DatafootprintError as error:
        sys.exit(str(error))
