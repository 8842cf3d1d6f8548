"""The tables of the report stage."""

import pandera.pandas as pa

from datafootprint.tables import Table


class Values(Table):
    """Values that the paper prints."""

    quantity: str = pa.Field(description="Name of the quantity")
    published: float = pa.Field(description="Printed value")
    unit: str = pa.Field(description="Unit; 1 for a share")
    place: str = pa.Field(description="Where it is printed")

    class Config(Table.Config):
        """The quantity names a row."""

        unique = ["quantity"]


class PublishedCheck(Values):
    """Printed values beside the recomputed ones."""

    recomputed: float = pa.Field(
        nullable=True, description="The same quantity recomputed from the inputs, where possible"
    )
    rounding: str = pa.Field(description="How the recomputed value is rounded to be compared")
    match: str = pa.Field(
        isin=["yes", "no", "input"],
        description="Whether the rounded value is the printed one; input if nothing derives it",
    )
    note: str = pa.Field(nullable=True, description="What to know about it")
