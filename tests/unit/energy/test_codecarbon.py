"""Energy from CodeCarbon's emissions.csv."""

import pytest

from datafootprint.energy.codecarbon import read_codecarbon_csv
from datafootprint.errors import DatafootprintError

HEADER = "run_id,duration,cpu_energy,gpu_energy,ram_energy,energy_consumed,codecarbon_version"
RUN = "a,3600,0.1,0.2,0.1,0.4,3.3.2"


def emissions(*rows: str, pue: str | None = "1.6") -> str:
    lines = [HEADER, *rows]
    if pue is not None:
        lines = [lines[0] + ",pue", *(f"{row},{pue}" for row in lines[1:])]
    return "\n".join(lines) + "\n"


def test_the_pue_is_taken_out_once():
    (reading,) = read_codecarbon_csv(emissions(RUN), "e.csv", epochs=10)
    assert reading.it_kwh_per_epoch == pytest.approx(0.4 / 1.6 / 10)
    assert reading.it_kwh_per_epoch * reading.pue == pytest.approx(0.04)
    assert reading.seconds_per_epoch == 360
    gpu = next(c for c in reading.components if c.name == "gpu")
    assert gpu.power_w == pytest.approx(0.2 / 1.6 * 1000)


@pytest.mark.parametrize(("gpus", "number"), [("4", 4), ("", 1), ("0", 1), ("1e9", 1)])
def test_all_gpus_of_a_run_are_named(gpus, number):
    """CodeCarbon names the model once and says how many; its cpu_count is one of cores."""
    lines = emissions(RUN).splitlines()
    text = f"{lines[0]},gpu_model,gpu_count,cpu_count\n{lines[1]},4 x NVIDIA A100,{gpus},64\n"
    (reading,) = read_codecarbon_csv(text, "e.csv", epochs=1)
    devices = {part.name: part.devices for part in reading.components}
    assert [name.removeprefix("4 x ") for name in devices["gpu"]] == ["NVIDIA A100"] * number
    assert (devices["gpu"][0] == "NVIDIA A100") == bool(gpus)
    assert len(devices["cpu"]) == 1


def test_a_flushed_run_counts_its_last_row():
    text = emissions("a,1800,0.05,0.1,0.05,0.2,3.3.2", RUN, "b,3600,0.1,0,0.1,0.2,3.3.2")
    readings = read_codecarbon_csv(text, "e.csv", epochs=1)
    assert [r.it_kwh_per_epoch * r.pue for r in readings] == pytest.approx([0.4, 0.2])
    assert len(read_codecarbon_csv(text, "e.csv", epochs=1, run_id="b")) == 1


def test_old_files_need_a_pue():
    with pytest.raises(DatafootprintError, match="which PUE"):
        read_codecarbon_csv(emissions(RUN, pue=None), "e.csv", epochs=1)
    (reading,) = read_codecarbon_csv(emissions(RUN, pue=None), "e.csv", epochs=1, pue=1.0)
    assert reading.it_kwh_per_epoch == pytest.approx(0.4)


def test_a_pue_cannot_be_given_twice():
    with pytest.raises(DatafootprintError, match="leave it empty"):
        read_codecarbon_csv(emissions(RUN), "e.csv", epochs=1, pue=1.58)


@pytest.mark.parametrize("row", ["a,3600,0,0,0,0,3.3.2", "a,0,1,1,1,3,3.3.2", "a,3600,,,,,3.3.2"])
def test_nothing_metered_is_an_error(row):
    with pytest.raises(DatafootprintError, match="nothing was metered"):
        read_codecarbon_csv(emissions(row), "e.csv", epochs=1)


@pytest.mark.parametrize("pue", ["0", "0.5", "high", "inf"])
def test_an_impossible_pue_is_an_error(pue):
    with pytest.raises(DatafootprintError, match="must be at least 1"):
        read_codecarbon_csv(emissions(RUN, pue=pue), "e.csv", epochs=1)


def test_text_instead_of_a_number_is_an_error():
    with pytest.raises(DatafootprintError, match="energy_consumed is much"):
        read_codecarbon_csv(emissions("a,3600,1,1,1,much,3.3.2"), "e.csv", epochs=1)


@pytest.mark.parametrize("energies", [["0.3"], ["nan", "0.3"], ["0_5"]])
def test_totals_that_fall_are_an_error(energies):
    text = emissions(RUN, *(f"a,3700,0.1,0.1,0.1,{energy},3.3.2" for energy in energies))
    with pytest.raises(DatafootprintError, match="falls"):
        read_codecarbon_csv(text, "e.csv", epochs=1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            emissions('a,3600,0.1,0.2,0.1,0.4,"3.3.2', RUN),
            r"e\.csv, line 2: unexpected end of data",
        ),
        (emissions(f"a,3600,0.1,0.2,0.1,0.4,{'3' * 200_000}"), r"e\.csv, line 2: field larger"),
        (emissions(RUN).replace("cpu_energy", "run_id"), "column 'run_id' occurs twice"),
        (emissions("a,3600,0.1,0.2,0.1,0_4,3"), "energy_consumed is 0_4, but must be above 0"),
    ],
)
def test_a_damaged_file_is_refused(text, sentence):
    with pytest.raises(DatafootprintError, match=sentence):
        read_codecarbon_csv(text, "e.csv", epochs=1)


def test_an_unknown_run_is_an_error():
    with pytest.raises(DatafootprintError, match="no run z"):
        read_codecarbon_csv(emissions(RUN), "e.csv", epochs=1, run_id="z")


def test_the_sample_file(shared_data):
    text = (shared_data / "energy_logs" / "codecarbon_emissions.csv").read_text(encoding="utf-8")
    (reading,) = read_codecarbon_csv(text, "codecarbon_emissions.csv", epochs=1)
    assert reading.pue == 1.58
    assert reading.it_kwh_per_epoch * reading.pue == pytest.approx(9.650569663596537e-05)
