"""Measuring for real, on digits; what needs torch skips without it."""

import json

import numpy as np
import pytest

from datafootprint.energy.energy_tables import EnergyPerEpoch, EnergyToAccuracy, HardwarePower
from datafootprint.energy.logs import summarise_logs
from datafootprint.errors import DatafootprintError
from datafootprint.tables import check_table, records_of, table_of
from lab import require_packages
from lab.campaign_results import (
    compare_strategies,
    energy_to_accuracy,
    measured_epochs,
)
from lab.images import require_image_folder
from lab.lab_config import lab_settings
from lab.lab_tables import MeasuredStrategies

CHANGED = {"epochs": 3, "repeats": 2, "strategies": ["full", "random", "el2n"], "batch_size": 32}
CHANGED |= {"scoring_networks": 1, "scoring_epochs": 1, "update_interval_s": 0.05}
SETTINGS = lab_settings({"energy": {"measure": CHANGED}})["measure"]


def test_a_missing_package_is_named():
    with pytest.raises(DatafootprintError, match=r"needs no_such_package.*'\.\[measure\]'"):
        require_packages("json", "no_such_package")


def test_a_folder_without_images_is_refused(tmp_path):
    with pytest.raises(DatafootprintError, match="train has 0 classes"):
        require_image_folder(str(tmp_path))
    for part, names in (("train", ["cat", "dog"]), ("val", ["cat"])):
        for name in names:
            (tmp_path / part / name).mkdir(parents=True)
    with pytest.raises(DatafootprintError, match="train has 2 classes, val has 1"):
        require_image_folder(str(tmp_path))


@pytest.fixture
def measured(tmp_path, carbontracker_log):
    """Write logs of epochs of some minutes at 60 W and PUE 1.58, one run per list of epochs."""

    def write(name, minutes):
        epochs = [(f"{m // 60}:{m % 60:02d}:00.00", {"cpu": "60.0"}) for m in minutes]
        (tmp_path / name).write_text(carbontracker_log(epochs))
        return name

    def measure(runs_by_strategy, accuracies=(0.9,), selection=()):
        runs = []
        for strategy, minutes_of_runs in runs_by_strategy.items():
            for repeat, minutes in enumerate(minutes_of_runs):
                run = {"strategy": strategy, "repeat": repeat, "samples": [10] * len(minutes)}
                run |= {"accuracies": accuracies, "selection_seconds": 0.0}
                run["log"] = write(f"{strategy}-{repeat}.log", minutes)
                run["selection_log"] = write("selection.log", selection) if selection else None
                runs.append(run)
        return measured_epochs(tmp_path, runs)

    return measure


def test_a_gain_within_the_noise_is_not_resolved(measured):
    """Full draws 60 +- 6 Wh, clear 30 +- 6 Wh and noisy 54 +- 30 Wh of equipment in three runs."""
    minutes = {"full": (54, 60, 66), "clear": (24, 30, 36), "noisy": (24, 60, 78)}
    epochs = measured({name: [[one] for one in three] for name, three in minutes.items()})
    table = check_table(compare_strategies(epochs), MeasuredStrategies, "test")
    rows = {row["strategy"]: row for row in records_of(table)}
    assert rows["full"]["training_wh"] == pytest.approx(60 * 1.58)
    assert rows["full"]["training_gain"] is rows["full"]["gain_resolved"] is None
    assert rows["clear"]["training_gain"] == pytest.approx(0.5)
    assert (rows["clear"]["gain_resolved"], rows["clear"]["reuses"]) == (True, 0)
    assert rows["noisy"]["training_gain"] == pytest.approx(0.1)
    assert (rows["noisy"]["gain_resolved"], rows["noisy"]["reuses"]) == (False, None)


def test_the_first_epoch_at_which_every_repeat_reaches_the_target_counts(measured):
    """Three epochs of 60, 120 and 60 Wh after a selection of 30 Wh, by a PUE of 1.58."""
    epochs = measured({"el2n": [[60, 120, 60]] * 2}, (0.5, 0.8, 0.7), selection=[30])
    table = check_table(energy_to_accuracy(epochs, [0.5, 0.75, 0.9]), EnergyToAccuracy, "test")
    energies = [row["energy_wh"] for row in records_of(table)]
    assert energies == [pytest.approx(90 * 1.58), pytest.approx(210 * 1.58), None]
    epochs.loc[epochs["repeat"] == 1, "accuracy"] = 0.5
    assert energy_to_accuracy(epochs, [0.75])["energy_wh"].isna().all()


@pytest.fixture(scope="module")
def learner_class():
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    from lab.learner import TorchLearner

    return TorchLearner


@pytest.fixture(scope="module")
def data(learner_class):
    from lab.images import from_arrays, split_digits

    images, labels, train, test = split_digits()
    return from_arrays(images[:, None], labels, train[:200], test[:100])


def make(learner_class, data, seed=0, self_supervised=False):
    return learner_class(SETTINGS, data, seed, "cpu", self_supervised)


@pytest.mark.parametrize("self_supervised", [False, True])
def test_training_repeats_under_a_seed(learner_class, data, self_supervised):
    everything = np.arange(200)
    found = []
    for seed in (1, 1, 2):
        learner = make(learner_class, data, seed, self_supervised)
        learner.train_epoch(everything)
        found.append(learner.probabilities(everything))
    assert found[0].shape == (200, 4 if self_supervised else 10)
    assert np.allclose(found[0], found[1], atol=1e-6)
    assert not np.allclose(found[0], found[2], atol=1e-3)
    assert np.allclose(found[0].sum(axis=1), 1, atol=1e-5)


def test_test_samples_are_never_trained_on_or_scored(learner_class, data):
    """Other test samples leave the weights and scores as they are."""
    from dataclasses import replace

    class Untouchable:
        def __getattr__(self, name):
            raise AssertionError("test data were touched")

    learner = make(learner_class, replace(data, test=Untouchable()))
    everything = np.arange(200)
    learner.train_epoch(everything)
    assert learner.probabilities(everything).shape == (200, 10)
    assert learner.embeddings(everything).shape == (200, 64)
    assert learner.gradient_norms(everything[:20]).shape == (20,)


def test_gradient_norm_of_one_sample(learner_class, data):
    import torch

    learner = make(learner_class, data)
    image, label = data.train[0]
    loss = torch.nn.functional.cross_entropy(learner._network(image[None]), label[None])
    gradients = torch.autograd.grad(loss, list(learner._network.parameters()))
    expected = sum(float(gradient.square().sum()) for gradient in gradients) ** 0.5
    assert learner.gradient_norms(np.array([0]))[0] == pytest.approx(expected, rel=1e-4)


def test_a_weight_of_zero_leaves_a_sample_out(learner_class, data):
    twice = []
    for labels_matter in (True, False):
        learner = make(learner_class, data)
        weights = np.where(np.arange(32) < 16, 1.0, 0.0)
        indices = np.concatenate([np.arange(16), np.arange(16, 32) + (0 if labels_matter else 50)])
        learner.train_epoch(indices, weights)
        twice.append(learner.probabilities(np.arange(50)))
    assert np.allclose(twice[0], twice[1], atol=1e-5)


@pytest.mark.slow
def test_a_campaign_is_metered_resumed_and_summarised(learner_class, data, tmp_path):
    pytest.importorskip("carbontracker")
    from lab.campaign import list_runs, measure

    settings = {**SETTINGS, "folder": str(tmp_path)}
    trained = []

    def new_learner(seed, self_supervised):
        trained.append(seed)
        return make(learner_class, data, seed, self_supervised)

    runs = measure(settings, data, new_learner)
    list_runs(tmp_path, runs)
    assert len(runs) == 6 and len(trained) == 6 + 2
    assert [sum(run["samples"]) for run in runs[:3]] == [600, 450, 450]
    bounds = table_of([], HardwarePower)
    rows = {row["subset"]: row for row in records_of(summarise_logs(tmp_path, bounds))}
    assert set(rows) == {"full", "random_pruned_25", "el2n_pruned_25"}
    assert rows["full"]["pue"] == 1.58 and rows["full"]["runs"] == 2
    compared = compare_strategies(measured_epochs(tmp_path, runs))
    selection = dict(zip(compared["strategy"], compared["selection_wh"], strict=True))
    assert selection["el2n"] > 0 and selection["random"] == selection["full"] == 0

    assert measure(settings, data, new_learner) == runs
    assert len(trained) == 8

    (tmp_path / "random-1.json").unlink()
    again = measure(settings, data, new_learner)
    assert len(trained) == 9
    assert again[4]["samples"] == runs[4]["samples"]

    with pytest.raises(DatafootprintError, match="another learning_rate"):
        measure({**settings, "learning_rate": 0.1}, data, new_learner)
    assert json.loads((tmp_path / "full-0.json").read_text())["settings"]["seed"] == 0


@pytest.mark.slow
def test_an_epoch_of_imagenets_shape_is_metered_without_imagenet(learner_class, tmp_path, caplog):
    """Eight images of 32 x 32 on the processor; the energy is scaled to 1,281,167."""
    pytest.importorskip("carbontracker")
    pytest.importorskip("torchvision")
    from lab.gpu import measure_gpu

    gpu = {"models": ["resnet34", "swin_t"], "images": 8, "batch_size": 4, "image_side": 32}
    gpu |= {"epochs": 2, "repeats": 1, "allow_cpu": True, "mixed_precision": True}
    measure = {"folder": str(tmp_path), "update_interval_s": 0.02, "gpu": gpu}
    settings = lab_settings({"energy": {"measure": measure}})["measure"]
    energy = measure_gpu(settings, 1, table_of([], HardwarePower))
    rows = records_of(check_table(energy, EnergyPerEpoch, "test"))
    assert [row["model"] for row in rows] == ["ResNet-34", "Swin-T"]
    for row in rows:
        assert row["epochs"] == pytest.approx(16 / 1_281_167)
        assert (row["dataset"], row["assumed_share"], row["gpus"]) == ("ImageNet-1K", 1, 0)
        assert "noise of 32 x 32 pixels" in row["source"]
    logs = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "gpu").glob("*.log")}
    assert len(logs) == 2
    measure_gpu(settings, 1, table_of([], HardwarePower))
    assert logs == {path.name: path.stat().st_mtime_ns for path in (tmp_path / "gpu").glob("*.log")}
    with pytest.raises(DatafootprintError, match="resnet34 needs a GPU and torch sees none"):
        measure_gpu(
            {**settings, "gpu": {**gpu, "allow_cpu": False}}, 1, table_of([], HardwarePower)
        )
