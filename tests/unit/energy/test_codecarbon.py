"""Energy from CodeCarbon's emissions.csv."""

import pytest

from datafootprint.energy.codecarbon import read_codecarbon_csv
from datafootprint.errors import DatafootprintError

HEADER = "run_id,duration,cpu_energy,gpu_energy,ram_energy,energy_consumed,codecarbon_version"
RUN = "a,3600,0.1,0.2,0.1,0.4,3.3.2"


@pytest.fixture
def read(tmp_path):
    """Read a file of some rows with a column pue."""

    def read(*rows, column="1.6", header=HEADER, epochs=1, **options):
        lines = [header, *rows]
        if column is not None:
            lines = [lines[0] + ",pue", *(f"{row},{column}" for row in lines[1:])]
        path = tmp_path / "e.csv"
        path.write_text("\n".join(lines) + "\n")
        return read_codecarbon_csv(path, epochs, **options)

    return read


def test_the_pue_is_taken_out_once(read):
    (reading,) = read(RUN, epochs=10)
    assert reading.it_kwh_per_epoch == pytest.approx(0.4 / 1.6 / 10)
    assert reading.it_kwh_per_epoch * reading.pue == pytest.approx(0.04)
    assert reading.seconds_per_epoch == 360
    gpu = next(c for c in reading.components if c.name == "gpu")
    assert gpu.power_w == pytest.approx(0.2 / 1.6 * 1000)


@pytest.mark.parametrize(("gpus", "number"), [("4", 4), ("", 1), ("0", 1)])
def test_all_gpus_of_a_run_are_named(read, gpus, number):
    """CodeCarbon names the model once and says how many; its cpu_count is one of cores."""
    header = f"{HEADER},gpu_model,gpu_count,cpu_count"
    (reading,) = read(f"{RUN},4 x NVIDIA A100,{gpus},64", header=header)
    devices = {part.name: part.devices for part in reading.components}
    assert [name.removeprefix("4 x ") for name in devices["gpu"]] == ["NVIDIA A100"] * number
    assert (devices["gpu"][0] == "NVIDIA A100") == bool(gpus)
    assert len(devices["cpu"]) == 1


def test_a_flushed_run_counts_its_last_row(read):
    rows = ["a,1800,0.05,0.1,0.05,0.2,3.3.2", RUN, "b,3600,0.1,0,0.1,0.2,3.3.2"]
    assert [r.it_kwh_per_epoch * r.pue for r in read(*rows)] == pytest.approx([0.4, 0.2])
    assert len(read(*rows, run_id="b")) == 1
    with pytest.raises(DatafootprintError, match="no run z; it has a, b"):
        read(*rows, run_id="z")


def test_the_pue_is_in_the_file_or_given(read):
    with pytest.raises(DatafootprintError, match="which PUE"):
        read(RUN, column=None)
    (reading,) = read(RUN, column=None, pue=1.0)
    assert reading.it_kwh_per_epoch == pytest.approx(0.4)
    with pytest.raises(DatafootprintError, match="leave it empty"):
        read(RUN, pue=1.58)


@pytest.mark.parametrize(
    ("rows", "pue", "sentence"),
    [
        (["a,3600,0,0,0,0,3.3.2"], "1.6", r"0\.0 kWh in 3600\.0 s; nothing was metered"),
        (["a,0,1,1,1,3,3.3.2"], "1.6", r"3\.0 kWh in 0\.0 s; nothing was metered"),
        (["a,3600,,,,,3.3.2"], "1.6", "line 2: energy_consumed is empty"),
        (["a,3600,1,1,1,much,3.3.2"], "1.6", "line 2: energy_consumed is 'much'"),
        ([RUN], "0.5", "pue is 0.5, but must be at least 1"),
        (["a,3600,0.1,0.2"], "1.6", "line 2: there are 5 cells, but 8 columns"),
    ],
)
def test_an_impossible_row_is_an_error(read, rows, pue, sentence):
    with pytest.raises(DatafootprintError, match=sentence):
        read(*rows, column=pue)


def test_the_sample_file(shared_data):
    path = shared_data / "energy_logs" / "codecarbon_emissions.csv"
    (reading,) = read_codecarbon_csv(path, epochs=1)
    assert reading.pue == 1.58
    assert reading.it_kwh_per_epoch * reading.pue == pytest.approx(9.650569663596537e-05)
