"""Energy from the files of CodeCarbon, as its versions write and damage them."""

import pytest

from datafootprint.energy.codecarbon import read_codecarbon_csv
from datafootprint.errors import DatafootprintError

HEADER = "run_id,duration,cpu_energy,gpu_energy,ram_energy,energy_consumed,codecarbon_version"
RUN = "a,3600,0.1,0.2,0.1,0.4,3.3.2"
#: The columns of version 3, and a row of a machine without GPU that is not located.
V3 = (
    "timestamp,project_name,run_id,experiment_id,duration,cpu_energy,gpu_energy,ram_energy,"
    "energy_consumed,country_iso_code,region,cloud_provider,cloud_region,os,python_version,"
    "codecarbon_version,cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,ram_total_size,"
    "tracking_mode,on_cloud,pue,wue"
)
WHOLE = "t,p,r1,e,3600,0.3,0,0.1,0.4,FRA,,,,Linux,3.11,3.2.9,16,Some CPU,,,,,64,machine,N,1.6,0"
SHIFTED = "t,p,r2,e,3600,0.7,0,0.1,0.8,FRA,,,Linux,3.11,3.2.9,16,Some CPU,64,machine,N,1.6,0"


@pytest.fixture
def read(tmp_path):
    """Read a file of some rows; `column` is a column pue that is added to it."""

    def read(*rows, column="1.6", header=HEADER, epochs=1, **options):
        lines = [header, *rows]
        if column is not None:
            lines = [lines[0] + ",pue", *(f"{row},{column}" for row in lines[1:])]
        path = tmp_path / "e.csv"
        path.write_text("\n".join(lines) + "\n")
        return read_codecarbon_csv(path, epochs, **options)

    return read


def kwh(readings):
    """Return the energies as the file gives them, with their PUE."""
    return pytest.approx([one.it_kwh_per_epoch * one.pue * one.epochs for one in readings])


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
    assert len(devices["cpu"]) == 1


def test_a_flushed_run_counts_its_last_row(read):
    rows = ["a,1800,0.05,0.1,0.05,0.2,3.3.2", RUN, "b,3600,0.1,0,0.1,0.2,3.3.2"]
    assert kwh(read(*rows)) == [0.4, 0.2]
    assert len(read(*rows, run_id="b")) == 1
    assert kwh(read(*rows, without=["b"])) == [0.4]
    with pytest.raises(DatafootprintError, match="no run z; it has a, b"):
        read(*rows, run_id="z")
    with pytest.raises(DatafootprintError, match=r"no run that runs\.csv does not name"):
        read(*rows, without=["a", "b"])


def test_the_tasks_of_a_run_add_up(read):
    rows = ["load,a,60,0.001,0.004,3.2.3", "epoch 1,a,600,0.01,0.1,3.2.3", RUN_2]
    header = "task_name,run_id,duration,cpu_energy,energy_consumed,codecarbon_version"
    (reading,) = read(*rows, header=header, column=None, pue=1.6)
    assert kwh([reading]) == [0.4] and reading.seconds_per_epoch == 3600
    with pytest.raises(DatafootprintError, match="a file of tasks does not say which PUE"):
        read(*rows, header=header, column=None)


RUN_2 = "epoch 2,a,2940,0.03,0.296,3.2.3"


@pytest.mark.parametrize("version", ["2.1.0", "2.2.2", ""])
def test_energies_before_version_2_2_3_hold_no_pue(read, version):
    (reading,) = read(f"a,3600,0.1,0.2,0.1,0.4,{version}", column=None)
    assert (reading.pue, reading.it_kwh_per_epoch) == (1, pytest.approx(0.4))


def test_later_energies_may_hold_one_that_the_file_must_say(read):
    with pytest.raises(DatafootprintError, match="which PUE"):
        read(RUN, column=None)
    (reading,) = read(RUN, column=None, pue=1.0)
    assert reading.it_kwh_per_epoch == pytest.approx(0.4)
    with pytest.raises(DatafootprintError, match="leave it empty"):
        read(RUN, pue=1.58)


def test_each_row_of_version_1_is_a_run(read):
    header = "timestamp,experiment_id,project_name,duration,emissions,energy_consumed,on_cloud"
    rows = [f"t,{name},train,3600,0.9,{energy},N" for name, energy in (("x", 4.2), ("y", 4.0))]
    assert kwh(read(*rows, header=header, column=None)) == [4.2, 4.0]
    assert kwh(read(*rows, header=header, column=None, run_id="y")) == [4.0]
    unnamed = [row.replace(",x,", ",").replace(",y,", ",") for row in rows]
    header = header.replace("experiment_id,", "")
    assert kwh(read(*unnamed, header=header, column=None)) == [4.2, 4.0]


def test_rows_that_lack_their_empty_columns_are_read_in_place(read):
    first, second = readings = read(WHOLE, SHIFTED, header=V3, column=None)
    assert kwh(readings) == [0.4, 0.8]
    assert (second.pue, second.tool, second.hardware, second.tracking_mode) == (
        *(first.pue, "codecarbon 3.2.9"),
        *("cpu: Some CPU, ram: ram", "machine"),
    )


def test_damaged_lines_are_counted_and_the_others_kept(read):
    rows = [
        RUN,
        "N,,,,,,",
        "chine,N",
        '"x',
        "n" * 200_000,
        f"d,{'9' * 400},1,1,1,1,3.3.2",
        "b,3600,0.1,0,0.1,0.2,3.3.2",
        "c,36,1,1,1,1,1,1,1",
    ]
    first, second = readings = read(*rows)
    assert kwh(readings) == [0.4, 0.2]
    assert [times for _, times in first.notes] == [6] and second.notes == ()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "the file holds no run"),
        (['a,3600,1,1,1,"0,4",3.3.2'], "line 2 has energy_consumed '0,4' .decimals: a point"),
        (["a,3600,1,1,1,0,4,3.3.2"], "line 2 has 9 cells, but 8 columns .decimals: a point"),
        (["a,,1,1,1,3,3.3.2"], "line 2 does not give its run_id, duration and energy_consumed"),
    ],
)
def test_a_file_without_a_run_is_refused(read, rows, sentence):
    with pytest.raises(DatafootprintError, match=sentence):
        read(*rows)


def test_files_that_were_joined_repeat_their_header(read):
    other = "duration,energy_consumed,run_id,codecarbon_version"
    readings = read(
        RUN, HEADER, RUN.replace("a,", "b,"), other, "60,0.1,c,2.1.0", column=None, pue=1
    )
    assert kwh(readings) == [0.4, 0.4, 0.1]
    assert [times for _, times in readings[0].notes] == [0]


def test_a_version_is_the_same_with_and_without_spaces(read):
    readings = read(RUN.replace("3.3.2", " 3.3.2 "), RUN.replace("a,", "b,"))
    assert {one.tool for one in readings} == {"codecarbon 3.3.2"}


@pytest.mark.parametrize(
    ("rows", "pue", "sentence"),
    [
        (["a,3600,0,0,0,0,3.3.2"], "1.6", r"0 kWh in 3600 s; nothing was metered"),
        (["a,0,1,1,1,3,3.3.2"], "1.6", r"3 kWh in 0 s; nothing was metered"),
        (["a,3600,-0.9,3.0,0.3,2.4,2.1.0"], "1.6", "cpu_energy is -0.9 kWh.*more than 3.3 kWh"),
        (["a,600,0.1,1,0.3,1.4,2.1.0", RUN], "1.6", "gpu_energy falls from one row to the next"),
        ([RUN], "0.5", "pue is 0.5, but must be at least 1"),
    ],
)
def test_an_impossible_row_is_an_error(read, rows, pue, sentence):
    with pytest.raises(DatafootprintError, match=sentence):
        read(*rows, column=pue)


def test_another_table_is_no_file_of_codecarbon(read):
    with pytest.raises(DatafootprintError, match="no columns duration and energy_consumed"):
        read("a;3600", header="run_id;duration;energy_consumed")
