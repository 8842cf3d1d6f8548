"""The one exception a user is meant to read."""


class DatafootprintError(Exception):
    """Something the user can mend, told in one sentence: what is wrong, where, what to do."""
