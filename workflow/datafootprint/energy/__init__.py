"""Energy of one training epoch, measured or published, and what a subset saves of it."""

#: Name of the subset that leaves nothing out.
FULL = "full"
