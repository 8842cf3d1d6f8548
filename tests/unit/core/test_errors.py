"""A sentence is one line and has an end, whatever it quotes of a hostile input."""

import pickle

from datafootprint.errors import LONGEST_SENTENCE, DatafootprintError


def test_a_sentence_is_one_line_with_an_end() -> None:
    short = "config: unknown key x; leave it out."
    assert str(DatafootprintError(short)) == short
    long = DatafootprintError(f"config: unknown key {'9' * 10_000}; leave it out.")
    assert len(str(long)) < LONGEST_SENTENCE + 10
    assert str(long).startswith("config: unknown key 999") and " [...] 9" in str(long)
    assert str(long).endswith("9; leave it out.")
    hostile = DatafootprintError("Hub: the dataset a\nb\x1b[2Jc\u2028d has no id.")
    assert str(hostile) == "Hub: the dataset a b [2Jc d has no id."
    # As it comes back from another process.
    assert str(pickle.loads(pickle.dumps(long))) == str(long)
