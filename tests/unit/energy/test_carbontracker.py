"""Energy per epoch from Carbontracker logs."""

import pytest

from datafootprint.energy.carbontracker import read_carbontracker_log
from datafootprint.errors import DatafootprintError

TWELVE_SECONDS = ("0:00:12.00", {"cpu": "60.0"})


def test_twelve_seconds_at_sixty_watts(carbontracker_log):
    reading = read_carbontracker_log(carbontracker_log([TWELVE_SECONDS] * 2), "run.log")
    assert reading.it_kwh_per_epoch == pytest.approx(0.0002, rel=1e-12)
    assert reading.it_kwh_per_epoch * reading.pue == pytest.approx(0.000316, rel=1e-12)
    assert reading.seconds_per_epoch == 12
    assert (reading.epochs, reading.epochs_dropped, reading.tool) == (2, 0, "carbontracker 2.4.7")
    assert reading.components[0].devices == ("AMD EPYC",)


def test_components_add_up_and_hours_count(carbontracker_log):
    text = carbontracker_log(
        [("1:30:00.00", {"gpu": "300.0", "cpu": "100.0"})],
        {"gpu": ["NVIDIA A100"], "cpu": ["AMD EPYC"]},
    )
    assert read_carbontracker_log(text, "run.log").it_kwh_per_epoch == pytest.approx(0.6)
    assert read_carbontracker_log(text.replace("PUE", ""), "run.log").pue == 1


@pytest.mark.parametrize("logged", ["[100. 300.]", "[100.0, 300.0]", "[100.\n 300.]", "200.0"])
def test_two_devices_listed_or_averaged(carbontracker_log, logged):
    """A list has one value per device; a plain number is the mean over the devices."""
    text = carbontracker_log([("0:01:00.00", {"gpu": logged})], {"gpu": ["A100", "A100"]})
    reading = read_carbontracker_log(text, "run.log")
    assert reading.components[0].power_w == pytest.approx(400)
    assert reading.it_kwh_per_epoch == pytest.approx(400 * 60 / 3.6e6)


@pytest.mark.parametrize(
    ("gpu", "cpu", "kwh"),
    [
        ("24.0", "6.0", 0.005),
        ("[24.0]", "6.0", 0.005),
        ("0.0", "6.0", 0.001),
        ("24.0", "0.0", None),
    ],
)
def test_apple_silicon_reads_gpu_and_ane_as_one_and_both_may_be_off(
    carbontracker_log, gpu, cpu, kwh
):
    """30 W (6 W) for 600 s; the processor is never off."""
    devices = {"gpu": ["GPU", "ANE"], "cpu": ["CPU"]}
    text = carbontracker_log([("0:10:00.00", {"gpu": gpu, "cpu": cpu})] * 2, devices)
    if kwh is None:
        with pytest.raises(DatafootprintError, match="draws more than 0 W"):
            read_carbontracker_log(text, "run.log")
        return
    reading = read_carbontracker_log(text, "run.log")
    assert reading.it_kwh_per_epoch == pytest.approx(kwh)
    assert (reading.gpus, reading.assumed_share) == (1, 0)


@pytest.mark.parametrize(
    ("cpu", "share"), [("cpu:0", 0), ("AMD EPYC", 0.2), ("Intel(R) Xeon(R) CPU @ 2.20GHz", 0.2)]
)
def test_a_processor_that_goes_by_its_brand_was_not_metered(carbontracker_log, cpu, share):
    epoch = ("0:10:00.00", {"gpu": "240.0", "cpu": "60.0"})
    text = carbontracker_log([epoch], {"gpu": ["A100"], "cpu": [cpu]})
    assert read_carbontracker_log(text, "run.log").assumed_share == pytest.approx(share)


@pytest.mark.parametrize(
    ("logged", "left"),
    [
        ("[100.5 200.5]", "[100.5 2"),
        ("[100.5 200.5]", "[100.5\n"),
        ("150.5", "15"),
        ("150.5", ""),
    ],
)
def test_a_log_that_is_cut_keeps_its_complete_epochs(carbontracker_log, logged, left):
    epoch = ("0:10:00.00", {"cpu": "60.0", "gpu": logged})
    devices = {"cpu": ["AMD EPYC"], "gpu": ["A100", "A100"]}
    text = carbontracker_log([epoch] * 2, devices)
    reading = read_carbontracker_log(text[: text.rindex(logged)] + left, "run.log")
    assert (reading.epochs, reading.epochs_dropped) == (1, 1)
    assert dict(reading.notes)["incomplete epoch(s) left out: the log was cut"] == 1
    with pytest.raises(DatafootprintError, match="no complete epoch"):
        read_carbontracker_log(text[: text.index(logged)] + left, "run.log")


@pytest.mark.parametrize("duration", ["-0:59:48.00", "1:00:12.00", "0:00:00.00"])
def test_an_epoch_across_a_clock_jump_is_left_out(carbontracker_log, duration):
    epochs = [TWELVE_SECONDS] * 4
    epochs[2] = (duration, {"cpu": "60.0"})
    reading = read_carbontracker_log(carbontracker_log(epochs), "run.log")
    assert (reading.epochs, reading.epochs_dropped, reading.seconds_per_epoch) == (3, 1, 12)
    assert dict(reading.notes)["epoch(s) left out as clock jumps"] == 1


def test_short_epochs_may_differ_by_load(carbontracker_log):
    epochs = [("0:00:00.20", {"cpu": "60.0"}), *[("0:00:03.00", {"cpu": "60.0"})] * 3]
    reading = read_carbontracker_log(carbontracker_log(epochs), "run.log")
    assert (reading.epochs, reading.epochs_dropped) == (4, 0)


@pytest.mark.parametrize(
    ("duration", "power", "sentence"),
    [
        ("0:00:12.00", "0.0", "draws more than 0 W"),
        ("0:00:12.00", "[60. 0.]", "draws more than 0 W"),
        ("0:00:12.00", "None", "no power reading"),
        ("0:00:12.00", "sixty", "draws more than 0 W"),
        ("0:00:12.00", "[60. 60.]", r"2 power\(s\) for 1 device\(s\)"),
        ("1:00:12.00", "60.0", "clock jumped"),
    ],
)
def test_an_impossible_reading_is_an_error(carbontracker_log, duration, power, sentence):
    text = carbontracker_log([TWELVE_SECONDS, (duration, {"cpu": power})])
    with pytest.raises(DatafootprintError, match=sentence):
        read_carbontracker_log(text, "run.log")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("carbontracker version", "Finished"), r"not _output\.log"),
        (lambda text: text[: text.index("2026-01-01 12:00:00 - Epoch 1")], "no complete epoch"),
        (lambda text: text + text, "occurs twice"),
    ],
)
def test_what_is_not_the_log_of_one_run_is_refused(carbontracker_log, change, sentence):
    with pytest.raises(DatafootprintError, match=sentence):
        read_carbontracker_log(change(carbontracker_log([TWELVE_SECONDS])), "run.log")
