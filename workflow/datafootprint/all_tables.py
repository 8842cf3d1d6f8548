"""The tables of all stages by name."""

from collections.abc import Mapping

import pandas as pd

from datafootprint.energy import energy_tables
from datafootprint.footprint import footprint_tables
from datafootprint.hub import hub_tables
from datafootprint.literature import literature_tables
from datafootprint.projection import projection_tables
from datafootprint.report import report_tables
from datafootprint.tables import Table, read_table, table_of
from datafootprint.uncertainty import uncertainty_tables
from datafootprint.usage import usage_tables

STAGES = (
    usage_tables,
    projection_tables,
    literature_tables,
    energy_tables,
    footprint_tables,
    hub_tables,
    uncertainty_tables,
    report_tables,
)
#: Tables of the publication have the model of the workflow's own; but not the check of it.
PUBLISHED = "published_"


def read_inputs(paths: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Read tables by name; one without a path, which this run does not make, has no row."""
    return {
        name: read_table(path, model_of(name)) if path else table_of([], model_of(name))
        for name, path in paths.items()
    }


def model_of(table: str) -> type[Table]:
    """Return the model of a table: `TrainingRuns` for `training_runs`."""
    own = table if table == "published_check" else table.removeprefix(PUBLISHED)
    name = "".join(word.capitalize() for word in own.split("_"))
    model: type[Table] = next(getattr(stage, name) for stage in STAGES if hasattr(stage, name))
    return model
