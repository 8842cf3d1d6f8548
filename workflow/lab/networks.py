"""The networks that can be measured."""

from typing import Any

from datafootprint.errors import DatafootprintError
from lab import require_packages

SMALL = "small_cnn"
#: For examples that ask for accuracy and not for energy.
TINY = "tiny_cnn"
#: Width of the small network, such that an epoch of the digits lasts about a second on two cores
#: and its duration, logged to 0.01 s, is known to 1%.
WIDTHS = {SMALL: 64, TINY: 16}
#: Side of the feature map that the last layers see, in pixels.
GRID = 4
#: Names in the configuration and in torchvision -> names in the energy table.
TORCHVISION = {"resnet34": "ResNet-34", "resnet50": "ResNet-50", "swin_t": "Swin-T"}


def choose_device(model: str, allow_cpu: bool = False) -> str:
    """Return `cuda` if there is a GPU, else `cpu` for the small networks, or if it is allowed."""
    require_packages("torch")
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if model not in WIDTHS and not allow_cpu:
        raise DatafootprintError(
            f"{model} needs a GPU and torch sees none; run on a machine with one, or measure "
            f"{SMALL} on the dataset digits."
        )
    return "cpu"


def build_network(model: str, channels: int, classes: int) -> tuple[Any, Any]:
    """Build an untrained network; return it and its last layer, whose input are the embeddings."""
    if model in WIDTHS:
        return _small_network(channels, classes, WIDTHS[model])
    require_packages("torchvision")
    import torchvision

    network = getattr(torchvision.models, model)(weights=None, num_classes=classes)
    return network, network.head if model == "swin_t" else network.fc


def _small_network(channels: int, classes: int, width: int) -> tuple[Any, Any]:
    from torch import nn

    head = nn.Linear(width, classes)
    network = nn.Sequential(
        nn.Conv2d(channels, width, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(width, width, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(width, width, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(GRID),
        nn.Flatten(),
        nn.Linear(width * GRID**2, width),
        nn.ReLU(),
        head,
    )
    return network, head
