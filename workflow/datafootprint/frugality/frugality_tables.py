"""The table of savings."""

import pandera.pandas as pa

from datafootprint.footprint.footprint_tables import GAS_BASIS, STORAGE, TRAINING
from datafootprint.literature.literature_tables import METHOD
from datafootprint.tables import Table

PAST, FORWARD = "past", "forward_per_year"
SAME_EPOCHS, SAME_ITERATIONS = "same_epochs", "same_iterations"


class Frugality(Table):
    """What training on a subset would have saved and would save."""

    method: str = METHOD
    scope: str = pa.Field(
        isin=[PAST, FORWARD], description="All years, or one more year at the runs of the last"
    )
    of: str = pa.Field(isin=[TRAINING, STORAGE], description="What is saved")
    epochs: float = pa.Field(
        ge=0,
        description="Epochs per run on the full data (as_observed: relative to training.epochs); "
        "0 for storage",
    )
    regime: str = pa.Field(
        isin=[SAME_EPOCHS, SAME_ITERATIONS],
        description="Whether a run on the subset has as many epochs or iterations as on all data",
    )
    gain_kind: str = pa.Field(
        isin=["proportional", "measured", "measured_capped"],
        description="Pruned fraction, measured gain, or measured gain up to the pruned fraction",
    )
    model: str = pa.Field(description="Model whose gain was measured; empty for proportional")
    adoption: float = pa.Field(ge=0, le=1, description="Fraction of runs on the subset")
    gain: float = pa.Field(le=1, description="Fraction of the energy of a run that is saved")
    baseline_energy_kwh: float = pa.Field(ge=0, description="Energy on the full data in kWh")
    saved_energy_kwh: float = pa.Field(description="Energy saved in kWh")
    gas_basis: str = GAS_BASIS
    saved_emissions_t: float = pa.Field(description="Emissions saved in tonnes")
    saved_person_equivalents: float = pa.Field(description="Annual emissions of that many people")

    class Config:
        unique = ["method", "scope", "of", "epochs", "regime", "gain_kind", "model", "adoption"]
