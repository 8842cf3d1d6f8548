"""What to train on: scikit-learn's digits, a folder of images, or noise of ImageNet's shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from datafootprint.errors import DatafootprintError
from lab import require_packages
from lab.scores import Floats, Ints

DIGITS = "digits"
#: The name of the dataset in the estimate, its training images and its classes.
IMAGENET, IMAGENET_IMAGES, IMAGENET_CLASSES = "ImageNet-1K", 1_281_167, 1000
TEST_FRACTION = 0.25
#: Divides the digits into training and test samples.
SPLIT_SEED = 0


@dataclass(frozen=True)
class ImageData:
    """Training and test images as torch datasets of (image, class).

    `train` has the augmentation of the recipe; `train_plain` has the same samples without it, to
    score them; `test` is seen by `accuracy` alone; `labels` are the classes of `train`.
    """

    train: Any
    train_plain: Any
    test: Any
    labels: Ints
    classes: int
    channels: int
    dataset: str  # its name


@dataclass(frozen=True)
class SyntheticImages:
    """Noise in place of images, made once on the device, so that no loader slows it down."""

    number: int
    side: int  # in pixels

    def __len__(self) -> int:
        return self.number

    def batches(self, images: int, size: int, device: str) -> Iterator[tuple[Any, Any]]:
        """Yield the same batch until so many images have passed."""
        import torch

        batch = torch.randn(min(size, images), 3, self.side, self.side, device=device)
        labels = torch.randint(IMAGENET_CLASSES, (len(batch),), device=device)
        for left in range(images, 0, -size):
            yield batch[:left], labels[:left]


def synthetic_images(number: int, side: int) -> ImageData:
    """Make noise of 3 x side x side, of ImageNet's classes."""
    images, test = SyntheticImages(number, side), SyntheticImages(1, side)
    labels = np.zeros(number, dtype=int)
    return ImageData(images, images, test, labels, IMAGENET_CLASSES, 3, IMAGENET)


def load_data(dataset: str) -> ImageData:
    """Load `digits`, or a folder with `train` and `val`."""
    if dataset != DIGITS:
        return _image_folder(dataset)
    images, labels, train, test = split_digits()
    return from_arrays(images[:, None], labels, train, test)


def split_digits() -> tuple[Floats, Ints, Ints, Ints]:
    """Return the digits (1797 x 8 x 8, 0 to 1), their classes, training and test indices."""
    require_packages("sklearn")
    from sklearn.datasets import load_digits

    digits = load_digits()
    order = np.random.default_rng(SPLIT_SEED).permutation(len(digits.target))
    tests = round(TEST_FRACTION * len(order))
    return digits.images / 16.0, digits.target, np.sort(order[tests:]), np.sort(order[:tests])


def from_arrays(
    images: Floats, labels: Ints, train: Any = slice(None), test: Any = slice(None)
) -> ImageData:
    """Make the datasets from arrays of digits of shape (samples, channels, height, width)."""
    import torch
    from torch.utils.data import TensorDataset

    def part(indices: Any) -> Any:
        return TensorDataset(
            torch.tensor(images[indices], dtype=torch.float32),
            torch.tensor(labels[indices], dtype=torch.int64),
        )

    training = part(train)
    return ImageData(training, training, part(test), labels[train], 10, images.shape[1], DIGITS)


def require_image_folder(folder: str) -> Path:
    """Return the folder of an image dataset: `train` and `val` have the same classes."""
    parts = [Path(folder) / part for part in ("train", "val")]
    train, val = ({path.name for path in part.glob("*/")} for part in parts)
    if not train or train != val:
        raise DatafootprintError(
            f"energy.measure.dataset: {folder}: train has {len(train)} classes, val has "
            f"{len(val)}; both need the same folders, one per class. Or use the dataset digits."
        )
    return Path(folder)


def _image_folder(folder: str) -> ImageData:
    path = require_image_folder(folder)
    require_packages("torch", "torchvision")
    from torchvision import transforms
    from torchvision.datasets import ImageFolder
    from torchvision.models import ResNet50_Weights

    plain = ResNet50_Weights.IMAGENET1K_V1.transforms()
    finish = [transforms.ToTensor(), transforms.Normalize(plain.mean, plain.std)]
    augmented = transforms.Compose(
        [transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip(), *finish]
    )
    train = ImageFolder(str(path / "train"), augmented)
    is_imagenet = (len(train), len(train.classes)) == (IMAGENET_IMAGES, IMAGENET_CLASSES)
    return ImageData(
        train=train,
        train_plain=ImageFolder(str(path / "train"), plain),
        test=ImageFolder(str(path / "val"), plain),
        labels=np.array(train.targets),
        classes=len(train.classes),
        channels=3,
        dataset=IMAGENET if is_imagenet else path.name,
    )
