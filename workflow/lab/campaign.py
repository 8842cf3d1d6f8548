"""N epochs x R repeats of each strategy: trained, metered, and resumed run by run.

Each finished run leaves its Carbontracker logs and a `<run>.json` in the folder. The JSON is
written last: a run without one is done again, and a run with one is never repeated.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from datafootprint.energy import FULL
from datafootprint.energy.energy_tables import EnergyRuns
from datafootprint.energy.logs import RUNS_FILE
from datafootprint.errors import DatafootprintError
from datafootprint.files import write_atomically
from datafootprint.tables import write_table
from lab import require_packages
from lab.images import ImageData, load_data
from lab.meter import Meter
from lab.networks import TORCHVISION, choose_device
from lab.strategies import SCORES, STRATEGIES, Task

#: Settings that do not change a single run.
NOT_OF_A_RUN = {"folder", "repeats", "strategies", "targets", "workers", "gpu", "prefix"}

#: Makes an untrained learner of a seed, and whether it learns without labels.
NewLearner = Callable[[int, bool], Any]

log = logging.getLogger(f"datafootprint.{__name__}")


def measure_with_torch(settings: Mapping[str, Any], threads: int) -> list[dict[str, Any]]:
    """Check that everything needed is there, load the data and `measure`.

    `settings` is the section `energy.measure` of the configuration.
    """
    require_packages("torch", "carbontracker")
    device, data = choose_device(settings["model"]), load_data(settings["dataset"])
    runs = measure(settings, data, learners(settings, data, device, threads))
    list_runs(settings["folder"], runs)
    return runs


def learners(settings: Mapping[str, Any], data: ImageData, device: str, threads: int) -> NewLearner:
    """Return the function that makes untrained learners."""
    import torch

    from lab.learner import TorchLearner

    torch.set_num_threads(threads)
    return lambda seed, self_supervised: TorchLearner(settings, data, seed, device, self_supervised)


def measure(
    settings: Mapping[str, Any], data: ImageData, new_learner: NewLearner
) -> list[dict[str, Any]]:
    """Run what is not done yet and return all runs, as their JSON files hold them."""
    folder = Path(settings["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    planned = list(product(range(settings["repeats"]), settings["strategies"]))
    runs = []
    for number, (repeat, name) in enumerate(planned, start=1):
        record = folder / f"{settings.get('prefix', '')}{name}-{repeat}.json"
        run, state = _finished(record, settings), "was done before"
        if run is None:
            run, state = _run(record, name, repeat, settings, data, new_learner), "done"
            write_atomically(record, json.dumps(run, indent=1) + "\n")
        done, accuracy = f"run {number} of {len(planned)}", run["accuracies"][-1]
        log.info("%s, %s, %s: accuracy %.3f.", done, record.stem, state, accuracy)
        runs.append(run)
    return runs


def list_runs(folder: str | Path, runs: Sequence[Mapping[str, Any]], **columns: Any) -> None:
    """Write the `runs.csv` that `energy.logs` reads, with columns that are the same in each row."""
    # Growing training sets have no energy per epoch.
    listed = pd.DataFrame(runs).rename(columns={"log": "file"}).dropna(subset="subset")
    write_table(listed.assign(**columns), Path(folder) / RUNS_FILE, EnergyRuns)


def _finished(record: Path, settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a run that was measured with the same settings, None if there is none."""
    if not record.is_file():
        return None
    run: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    differing = [
        key for key, value in _of_a_run(settings).items() if run["settings"].get(key) != value
    ]
    if differing:
        raise DatafootprintError(
            f"{record}: this run was measured with another {', '.join(differing)}; set "
            "energy.measure.folder to another folder or remove the file to measure it again."
        )
    return run


def _of_a_run(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key not in NOT_OF_A_RUN}


def _run(
    record: Path,
    name: str,
    repeat: int,
    settings: Mapping[str, Any],
    data: ImageData,
    new_learner: NewLearner,
) -> dict[str, Any]:
    """Train once with a strategy and meter it; the logs lie beside `record`, under its name."""
    folder, interval = record.parent, settings["update_interval_s"]
    for unfinished in folder.glob(f"{record.stem}_*.log"):
        unfinished.unlink()
    seed = settings["seed"] + repeat
    scoring = Meter(folder, f"{record.stem}_selection", 1, interval) if name in SCORES else None
    began = time.perf_counter()
    with scoring.phase() if scoring else nullcontext():
        choose = STRATEGIES[name](settings, Task(data.labels, data.classes, seed, new_learner))
    selection_seconds = time.perf_counter() - began
    selection_log = scoring.log().name if scoring else None

    learner = new_learner(seed, False)
    samples, accuracies = [], []
    meter = Meter(folder, record.stem, settings["epochs"], interval)
    for epoch in range(settings["epochs"]):
        with meter.phase():
            indices = choose(epoch, learner)
            learner.train_epoch(indices)
        samples.append(len(indices))
        accuracies.append(learner.accuracy())
    return {
        "strategy": name,
        "repeat": repeat,
        "seed": seed,
        "model": TORCHVISION.get(settings["model"], settings["model"]),
        "subset": subset_name(name, samples, len(data.labels)),
        "dataset": data.dataset,
        "epochs": settings["epochs"],
        "selection_seconds": selection_seconds,
        "samples": samples,
        "accuracies": accuracies,
        "log": meter.log().name,
        "selection_log": selection_log,
        "settings": _of_a_run(settings),
    }


def subset_name(strategy: str, samples: Sequence[int], everything: int) -> str | None:
    """Return what the energy table calls the subset; None if its size changes with the epoch."""
    if len(set(samples)) > 1:
        return None
    pruned = round(100 * (1 - samples[0] / everything))
    return f"{strategy}_pruned_{pruned}" if pruned else FULL
