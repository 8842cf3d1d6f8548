"""A sentence has an end, however much of a hostile input it quotes."""

import pickle

from datafootprint.errors import LONGEST_SENTENCE, DatafootprintError


def test_the_middle_of_an_endless_sentence_is_left_out() -> None:
    short = "config: unknown key x; leave it out."
    assert str(DatafootprintError(short)) == short
    long = DatafootprintError(f"config: unknown key {'9' * 10_000}; leave it out.")
    assert len(str(long)) < LONGEST_SENTENCE + 10
    assert str(long).startswith("config: unknown key 999") and " [...] 9" in str(long)
    assert str(long).endswith("9; leave it out.")
    # As it comes back from another process.
    assert str(pickle.loads(pickle.dumps(long))) == str(long)
