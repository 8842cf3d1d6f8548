"""A sentence is one line, whatever it quotes."""

import pickle

from datafootprint.errors import DatafootprintError


def test_a_sentence_is_one_line() -> None:
    quoting = DatafootprintError("Hub: the dataset a\nb\x1b[2Jc\u2028d has no id.")
    assert str(quoting) == "Hub: the dataset a b [2Jc d has no id."
    # As it comes back from another process.
    assert str(pickle.loads(pickle.dumps(quoting))) == str(quoting)
