"""From a folder of logs to the table of energy per epoch."""

import pytest

from datafootprint.energy.energy_tables import EnergyPerEpoch, HardwarePower
from datafootprint.energy.epoch import run_energy_per_epoch, with_fitness
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
        "tool": "carbontracker 2.4.7",
        "epochs": 10,
        "epochs_dropped": 0,
        "seconds_per_epoch": 2400.0,
        "it_kwh_per_epoch": it_kwh,
        "pue": pue,
        "components": (Component("gpu", ("NVIDIA A100",), 300.0),),
    }
    return RunReading(**{**values, **changes})


def summarised(*readings):
    listed = {"model": "m", "subset": "full", "dataset": None, "remark": None}
    (row,) = records_of(summarise_runs([(listed, one) for one in readings], "logs"))
    return row


def test_mean_and_spread_between_runs():
    row = summarised(*map(reading, (0.24, 0.25, 0.26)))
    assert row["it_kwh_per_epoch"] == pytest.approx(0.25)
    assert row["kwh_per_epoch"] == pytest.approx(0.25 * 1.58)
    assert row["kwh_sd"] == pytest.approx(0.01 * 1.58)
    assert (row["pue"], row["runs"], row["epochs"], row["minutes_per_epoch"]) == (1.58, 3, 30, 40)
    assert (row["hardware"], row["gpus"]) == ("gpu: NVIDIA A100", 1)
    assert summarised(reading())["kwh_sd"] is None


def test_different_pues_are_taken_out(caplog):
    row = summarised(reading(0.2, 1.58), reading(0.4, 1.2, tool="codecarbon 2.4.7"))
    assert (row["kwh_per_epoch"], row["pue"]) == (pytest.approx(0.3), 1)
    assert "different pue are averaged; the energy is given with PUE 1: m, full" in caplog.text
    assert "carbontracker 2.4.7; codecarbon 2.4.7" in caplog.text


@pytest.mark.parametrize(("other", "warned"), [(0.49, True), (0.5, False)])
def test_runs_that_differ_twofold_per_epoch_are_warned_of(caplog, other, warned):
    summarised(reading(1.0), reading(other))
    assert ("m, full that used 0.49 to 1 kWh per epoch are averaged" in caplog.text) is warned


def test_power_outside_the_range_of_the_hardware():
    fine = reading()
    doubled = reading(components=(Component("gpu", ("NVIDIA A100",), 600.0),))
    two = reading(components=(Component("gpu", ("NVIDIA A100", "NVIDIA A100"), 600.0),))
    unknown = reading(components=(Component("gpu", ("Other",), 600.0),))
    assert implausible_powers([fine, two, unknown], BOUNDS) == []
    (sentence,) = implausible_powers([doubled] * 200, BOUNDS)
    assert "40 to 400 W" in sentence and sentence.count("600 W") == 3 and "197 more" in sentence


@pytest.fixture
def folder(tmp_path, carbontracker_log):
    epoch = ("0:00:12.00", {"cpu": "60.0"})
    (tmp_path / "a.log").write_text(carbontracker_log([epoch] * 2))
    (tmp_path / "b.log").write_text(carbontracker_log([("0:00:09.00", {"cpu": "60.0"})] * 2))
    (tmp_path / "e.csv").write_text("run_id,duration,energy_consumed,pue\nr,24,0.000632,1.58\n")
    write_runs(tmp_path, "a.log,m,full,2", "e.csv,m,full,2", "b.log,m,pruned_25,2")
    return tmp_path


HEADER = "file,model,subset,epochs"


def write_runs(folder, *rows, header=HEADER):
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
        (["a.log,m,full,2", "a.log,m,pruned_25,2"], "line 3: file a.log occurs twice"),
        ([], "lists no run"),
    ],
)
def test_faults_in_runs_csv(folder, rows, sentence):
    write_runs(folder, *rows)
    with pytest.raises(DatafootprintError, match=sentence):
        read_runs(folder)


def test_one_codecarbon_run_cannot_be_used_twice(folder):
    (folder / "copy.csv").write_bytes((folder / "e.csv").read_bytes())
    write_runs(folder, "e.csv,m,full,2", "copy.csv,m,full,2")
    with pytest.raises(DatafootprintError, match=r"listed twice, also as copy\.csv, run r"):
        read_runs(folder)


def codecarbon(folder, name, *runs):
    """Write runs of 0.72 kWh in two epochs that metered one process each."""
    header = "run_id,project_name,experiment_id,duration,gpu_energy,energy_consumed,gpu_count,pue"
    rows = [f"{run},p,e,3600,0.72,0.72,1,1,process" for run in runs]
    (folder / name).write_text("\n".join([header + ",tracking_mode", *rows]) + "\n")


def test_a_row_without_run_id_is_for_the_runs_that_no_other_names(tmp_path, caplog):
    codecarbon(tmp_path, "e.csv", "r1", "r2", "r3")
    write_runs(
        tmp_path, "e.csv,m,full,2,", "e.csv,m,half,2,r2", header="file,model,subset,epochs,run_id"
    )
    with (tmp_path / "e.csv").open("a") as stream:
        stream.write(",p,e,3600,0.72,0.72,1,1,process\n")
    found = sorted((row["subset"], one.run_id) for row, one in read_runs(tmp_path))
    assert found == [("full", "r1"), ("full", "r3"), ("half", "r2")]
    assert "1 damaged line(s) left out" in caplog.text


@pytest.mark.parametrize("files", [("a.csv", "b.csv"), ("a.csv",)])
def test_processes_of_one_run_add_up(tmp_path, caplog, files):
    """Two GPUs of 0.36 kWh per epoch each; without a word they are taken for repeats."""
    ranks = ("r0", "r1")
    for number, name in enumerate(files):
        codecarbon(tmp_path, name, *(ranks if len(files) == 1 else ranks[number : number + 1]))
    rows = [f"{name},m,full,2" for name in files]
    write_runs(tmp_path, *rows)
    assert [one.it_kwh_per_epoch for _, one in read_runs(tmp_path)] == pytest.approx([0.36] * 2)
    assert "2 runs of p, e metered one process each and count as repeats" in caplog.text
    write_runs(tmp_path, *(f"{row},both" for row in rows), header=HEADER + ",part_of")
    ((_, one),) = read_runs(tmp_path)
    assert (one.it_kwh_per_epoch, one.seconds_per_epoch, one.gpus) == (pytest.approx(0.72), 1800, 2)


@pytest.mark.parametrize(
    ("epochs", "each", "kwh", "minutes"),
    [(10, "10", 0.1, 30), (1, "", 1, 300), (10, "0.1", 10, 3000)],
)
def test_a_log_may_count_a_whole_run_or_a_part_as_one_epoch(
    tmp_path, carbontracker_log, epochs, each, kwh, minutes
):
    """200 W for five hours are 1 kWh: ten epochs, one, or a tenth of one."""
    (tmp_path / "w.log").write_text(carbontracker_log([("5:00:00.00", {"cpu": "200.0"})]))
    write_runs(tmp_path, f"w.log,m,full,{epochs},{each}", header=HEADER + ",epochs_per_logged")
    (row,) = records_of(summarise_runs(read_runs(tmp_path), "logs"))
    assert row["it_kwh_per_epoch"] == pytest.approx(kwh)
    assert row["minutes_per_epoch"] == pytest.approx(minutes)
    write_runs(tmp_path, "w.log,m,full,10")
    with pytest.raises(DatafootprintError, match=r"has one epoch.*set the column"):
        read_runs(tmp_path)


TRAINING = {
    "kwh_per_epoch": None,
    "pue_in_measurement": None,
    "pue_target": 1.58,
    "energy_model": "m",
    "energy_subset": "full",
    "use_unfit_energy": False,
}


@pytest.mark.parametrize(
    ("listed", "part", "device", "models", "reason"),
    [
        ("image NET-1k", "gpu", "A100", {"m"}, None),
        ("", "gpu", "A100", set(), None),
        ("digits", "gpu", "A100", {"m"}, "it was measured on digits"),
        ("", "gpu", "A100", {"ResNet-50"}, "the dataset's own table has no m"),
        ("", "cpu", "cpu:0", {"m"}, "no GPU was metered"),
        ("", "cpu", "AMD EPYC", {"m"}, "100% of its power was assumed"),
    ],
)
def test_a_toy_stands_for_no_run_unless_the_user_says_so(
    tmp_path, carbontracker_log, listed, part, device, models, reason
):
    text = carbontracker_log([("0:00:12.00", {part: "60.0"})] * 2, {part: [device]})
    (tmp_path / "a.log").write_text(text)
    write_runs(tmp_path, f"a.log,m,full,2,{listed}", header=HEADER + ",dataset")
    energy = with_fitness(summarise_logs(tmp_path, BOUNDS), "ImageNet-1K", models)
    write_table(energy, tmp_path / "energy.csv", EnergyPerEpoch)
    energy = read_table(tmp_path / "energy.csv", EnergyPerEpoch)
    if reason:
        with pytest.raises(DatafootprintError, match=f"{reason}.*training.use_unfit_energy"):
            run_energy_per_epoch(energy, TRAINING)
    training = TRAINING | {"use_unfit_energy": bool(reason)}
    assert run_energy_per_epoch(energy, training).magnitude == pytest.approx(0.000316)


def test_a_missing_folder(tmp_path):
    with pytest.raises(DatafootprintError, match="not a folder"):
        read_runs(tmp_path / "nowhere")


def test_a_log_that_is_not_listed_is_reported(folder, caplog):
    write_runs(folder, "a.log,m,full,2")
    read_runs(folder)
    assert "not listed in runs.csv, not used: b.log; e.csv." in caplog.text


def test_two_hundred_logs_of_one_fault_are_one_line(tmp_path, carbontracker_log, caplog):
    text = carbontracker_log([("0:00:12.00", {"cpu": "60.0"})] * 3)
    names = [f"{number}.log" for number in range(200)]
    for name in names:
        (tmp_path / name).write_text(text[: text.rindex("Average")])
    write_runs(tmp_path, *(f"{name},m,full,3" for name in names))
    assert len(read_runs(tmp_path)) == 200
    assert len(caplog.messages) == 1
    assert "200 incomplete epoch(s) left out" in caplog.text and "197 more" in caplog.text
