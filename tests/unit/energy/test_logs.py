"""From a folder of logs to the table of energy per epoch."""

import pytest

from datafootprint.energy.energy_tables import EnergyPerEpoch, HardwarePower
from datafootprint.energy.logs import implausible_powers, read_runs, summarise_logs, summarise_runs
from datafootprint.energy.readings import Component, RunReading
from datafootprint.errors import DatafootprintError
from datafootprint.tables import read_table, records_of, table_of, write_table

BOUNDS = table_of(
    [("gpu", "", 5, 1200, "any"), ("gpu", "A100", 40, 400, "data sheet")], HardwarePower
)


def reading(it_kwh=0.25, pue=1.58, **changes):
    values = {
        "source": "a.log",
        "tool": "carbontracker",
        "tool_version": "2.4.7",
        "epochs": 10,
        "epochs_dropped": 0,
        "seconds_per_epoch": 2400.0,
        "it_kwh_per_epoch": it_kwh,
        "pue": pue,
        "components": (Component("gpu", ("NVIDIA A100",), 300.0),),
    }
    return RunReading(**{**values, **changes})


def summarised(*readings):
    (row,) = records_of(summarise_runs([("m", "full", one) for one in readings], "logs"))
    return row


def test_mean_and_spread_between_runs():
    row = summarised(*map(reading, (0.24, 0.25, 0.26)))
    assert row["it_kwh_per_epoch"] == pytest.approx(0.25)
    assert row["kwh_per_epoch"] == pytest.approx(0.25 * 1.58)
    assert row["kwh_sd"] == pytest.approx(0.01 * 1.58)
    assert (row["pue"], row["runs"], row["epochs"], row["minutes_per_epoch"]) == (1.58, 3, 30, 40)
    assert (row["hardware"], row["gpus"]) == ("gpu: NVIDIA A100", 1)
    assert summarised(reading())["kwh_sd"] is None


def test_gpus_are_counted_and_other_devices_are_not():
    parts = (Component("gpu", ("NVIDIA A100",) * 4, 1200.0), Component("cpu", ("a", "b"), 100.0))
    assert summarised(reading(components=parts))["gpus"] == 4
    assert summarised(reading(components=parts[1:]))["gpus"] == 0


def test_different_pues_are_taken_out(caplog):
    row = summarised(reading(0.2, 1.58), reading(0.4, 1.2, tool="codecarbon"))
    assert (row["kwh_per_epoch"], row["pue"]) == (pytest.approx(0.3), 1)
    assert "different pue: 1.2 | 1.58; the energy is given with PUE 1" in caplog.text
    assert "carbontracker 2.4.7 | codecarbon 2.4.7" in caplog.text


def test_power_outside_the_range_of_the_hardware():
    fine = reading()
    doubled = reading(components=(Component("gpu", ("NVIDIA A100",), 600.0),))
    two = reading(components=(Component("gpu", ("NVIDIA A100", "NVIDIA A100"), 600.0),))
    unknown = reading(components=(Component("gpu", ("Other",), 600.0),))
    assert implausible_powers([fine, two, unknown], BOUNDS) == []
    (sentence,) = implausible_powers([doubled], BOUNDS)
    assert "600 W" in sentence and "40 to 400 W" in sentence


@pytest.fixture
def folder(tmp_path, carbontracker_log):
    epoch = ("0:00:12.00", {"cpu": "60.0"})
    (tmp_path / "a.log").write_text(carbontracker_log([epoch] * 2))
    (tmp_path / "b.log").write_text(carbontracker_log([("0:00:09.00", {"cpu": "60.0"})] * 2))
    (tmp_path / "e.csv").write_text("run_id,duration,energy_consumed,pue\nr,24,0.000632,1.58\n")
    write_runs(tmp_path, "a.log,m,full,2", "e.csv,m,full,2", "b.log,m,pruned_25,2")
    return tmp_path


def write_runs(folder, *rows, header="file,model,subset,epochs"):
    (folder / "runs.csv").write_text("\n".join([header, *rows]) + "\n")


def test_a_folder_of_both_tools(folder, tmp_path):
    path = tmp_path / "out" / "energy.csv"
    write_table(summarise_logs(folder, BOUNDS), path, EnergyPerEpoch)
    full, pruned = records_of(read_table(path, EnergyPerEpoch))
    assert full["kwh_per_epoch"] == pytest.approx(0.000316)
    assert (full["runs"], full["kwh_sd"]) == (2, pytest.approx(0, abs=1e-12))
    assert pruned["kwh_per_epoch"] == pytest.approx(0.75 * 0.000316)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["missing.log,m,full,2"], "no such file in that folder"),
        (["../a.log,m,full,2"], "file"),
        (["e.csv,m,full,"], "number of epochs"),
        (["a.log,m,full,1"], "epochs is 1, the log has 2"),
        (["a.log,m,full,2", "a.log,m,pruned_25,2"], "twice"),
        ([], "lists no run"),
    ],
)
def test_faults_in_runs_csv(folder, rows, sentence):
    write_runs(folder, *rows)
    with pytest.raises(DatafootprintError, match=sentence):
        read_runs(folder)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["e.csv,m,full,2,", "e.csv,m,pruned_25,2,r"], r"run of e\.csv, run r is listed twice"),
        (["e.csv,m,full,2,", "copy.csv,m,full,2,"], r"listed twice, also as copy\.csv, run r"),
    ],
)
def test_one_codecarbon_run_cannot_be_used_twice(folder, rows, sentence):
    (folder / "copy.csv").write_bytes((folder / "e.csv").read_bytes())
    write_runs(folder, *rows, header="file,model,subset,epochs,run_id")
    with pytest.raises(DatafootprintError, match=sentence):
        read_runs(folder)


def test_a_missing_folder(tmp_path):
    with pytest.raises(DatafootprintError, match="not a folder"):
        read_runs(tmp_path / "nowhere")


def test_a_log_that_is_not_listed_is_reported(folder, caplog):
    write_runs(folder, "a.log,m,full,2")
    read_runs(folder)
    assert "not listed in runs.csv, not used: b.log" in caplog.text
