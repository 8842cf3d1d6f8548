"""Is a metered power one that the hardware can draw?"""

from collections.abc import Iterable, Sequence

from datafootprint.energy.readings import RunReading
from datafootprint.legacy_tables import Row


def implausible_powers(readings: Iterable[RunReading], bounds: Sequence[Row]) -> list[str]:
    """Compare the power of each device with the range of its hardware.

    Parameters
    ----------
    readings : iterable of RunReading
        Runs as metered.
    bounds : sequence of rows
        component, hardware (text that a device name contains; empty for any device of the
        component), min_w and max_w of one device. Of several that fit, the longest text counts.

    Returns
    -------
    list of str
        One sentence for each component outside its range.
    """
    sentences = []
    for reading in readings:
        for component in reading.components:
            fitting = [
                row
                for row in bounds
                if component.name.startswith(row["component"])
                and (row["hardware"] or "").lower() in " ".join(component.devices).lower()
            ]
            if not fitting:
                continue
            bound = max(fitting, key=lambda row: len(row["hardware"] or ""))
            devices = len(component.devices)
            power_w = component.power_w / devices
            if not bound["min_w"] <= power_w <= bound["max_w"]:
                sentences.append(
                    f"{reading.source}: {component.name} drew {power_w:.3g} W on average, outside "
                    f"{bound['min_w']:g} to {bound['max_w']:g} W for "
                    f"{bound['hardware'] or 'any ' + component.name} ({bound['source']})."
                )
    return sentences
