"""Speed and energy of an epoch of ImageNet on the GPU that is there, without ImageNet.

The networks of the paper's Table 1 train on noise of ImageNet's shape. No loader and no disk slows
them down, so that this is what the GPU takes at full speed; reading real images adds to it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from datafootprint.energy import FULL
from datafootprint.energy.logs import summarise_logs
from datafootprint.errors import DatafootprintError
from lab import require_packages
from lab.campaign import learners, list_runs, measure
from lab.images import IMAGENET_IMAGES, synthetic_images
from lab.networks import choose_device

#: Batches before metering begins: the first ones choose kernels and fill caches.
WARM_UP_BATCHES = 5
#: Small, so that the weights stay finite whatever the noise.
LEARNING_RATE = 1e-4


def measure_gpu(
    settings: Mapping[str, Any], threads: int, hardware_power: pd.DataFrame
) -> pd.DataFrame:
    """Train each network and return the table `energy_per_epoch`, for a whole epoch of ImageNet.

    `settings` is the section `energy.measure`. The logs and their `runs.csv` stay in the folder
    `gpu` of its folder, for `energy.logs`. What is done is not done again.
    """
    require_packages("torch", "torchvision", "carbontracker")
    import torch

    gpu = settings["gpu"]
    folder = Path(settings["folder"]) / "gpu"
    data = synthetic_images(gpu["images"], gpu["image_side"])
    warm_up = np.arange(min(gpu["images"], WARM_UP_BATCHES * gpu["batch_size"]))
    of_gpu = {key: gpu[key] for key in gpu if key not in ("models", "allow_cpu")} | {
        **{"strategies": [FULL], "folder": str(folder), "learning_rate": LEARNING_RATE},
        **{key: settings[key] for key in ("seed", "update_interval_s")},
    }
    runs = []
    for model in gpu["models"]:
        device = choose_device(model, gpu["allow_cpu"])
        if torch.cuda.device_count() > 1:
            raise DatafootprintError(
                f"torch sees {torch.cuda.device_count()} GPUs, all of which would be metered and "
                "one trained on; set CUDA_VISIBLE_DEVICES to one of them."
            )
        of_model = of_gpu | {"model": model, "prefix": f"{model}-"}
        new_learner = learners(of_model, data, device, threads)
        new_learner(0, False).train_epoch(warm_up)
        runs += measure(of_model, data, new_learner)
    precision = "bfloat16 where safe" if gpu["mixed_precision"] else "float32"
    remark = f"noise of {gpu['image_side']} x {gpu['image_side']} pixels, {precision}"
    scale = {"epochs_per_logged": gpu["images"] / IMAGENET_IMAGES, "epochs": None}
    list_runs(folder, runs, remark=remark, **scale)
    return summarise_logs(folder, hardware_power)
