"""A network that is trained on samples given by index; the same code on CPU and on a GPU."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, Subset

from lab.images import ImageData, SyntheticImages
from lab.networks import build_network
from lab.scores import Floats, Ints

ROTATIONS = 4
EVALUATION_BATCH = 256


class TorchLearner:
    """Trains a network by SGD with momentum (AdamW for transformers) and predicts with it.

    `settings` are model, batch_size, learning_rate, and, if wanted, workers (processes that load
    images) and mixed_precision (bfloat16 where that is safe). Only the training samples of `data`
    are trained on and scored. A self-supervised learner learns by how many quarter turns an image
    was rotated, instead of its class.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        data: ImageData,
        seed: int,
        device: str,
        self_supervised: bool = False,
    ) -> None:
        torch.manual_seed(seed)
        classes = ROTATIONS if self_supervised else data.classes
        network, self._head = build_network(settings["model"], data.channels, classes)
        self._network = network.to(device)
        self._data, self._device, self._workers = data, device, settings.get("workers", 0)
        self._batch_size, self._self_supervised = settings["batch_size"], self_supervised
        self._mixed_precision = settings.get("mixed_precision", False)
        self._generator = torch.Generator().manual_seed(seed)
        parameters, rate = self._network.parameters(), settings["learning_rate"]
        self._optimizer: torch.optim.Optimizer
        if settings["model"].startswith("swin"):
            self._optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.05)
        else:
            self._optimizer = torch.optim.SGD(parameters, lr=rate, momentum=0.9, weight_decay=1e-4)

    def train_epoch(self, indices: Ints, weights: Floats | None = None) -> None:
        """Pass once over the samples in random order, each loss times the sample's weight."""
        self._network.train()
        order = torch.randperm(len(indices), generator=self._generator).numpy()
        position = 0
        for images, labels in self._batches(self._data.train, indices[order], self._batch_size):
            if self._self_supervised:
                turns = torch.randint(ROTATIONS, (len(images),), generator=self._generator)
                pairs = zip(images, turns, strict=True)
                images = torch.stack([torch.rot90(image, int(n), (1, 2)) for image, n in pairs])
                labels = turns.to(self._device)
            with torch.autocast(self._device, torch.bfloat16, enabled=self._mixed_precision):
                losses = functional.cross_entropy(self._network(images), labels, reduction="none")
            factors = torch.ones_like(losses)
            if weights is not None:
                batch = weights[order[position : position + len(labels)]]
                factors = torch.as_tensor(batch, dtype=losses.dtype, device=self._device)
            position += len(labels)
            self._optimizer.zero_grad()
            ((losses * factors).sum() / factors.sum()).backward()
            self._optimizer.step()
        if self._device == "cuda":
            torch.cuda.synchronize()  # the epoch ends when the GPU has done what it was told

    def probabilities(self, indices: Ints) -> Floats:
        """Predict class probabilities of training samples, shape (samples, classes)."""
        outputs = self._outputs(self._data.train_plain, indices)
        return np.concatenate([torch.softmax(out, dim=-1).cpu().numpy() for out, _ in outputs])

    def accuracy(self, test: Any = None) -> float:
        """Return the accuracy on the test samples, or on another dataset, as a fraction."""
        test = self._data.test if test is None else test
        outputs = self._outputs(test, np.arange(len(test)))
        return sum(int((out.argmax(dim=-1) == labels).sum()) for out, labels in outputs) / len(test)

    def _outputs(self, dataset: Any, indices: Ints) -> Iterator[tuple[Any, Any]]:
        self._network.eval()
        with torch.no_grad():
            for images, labels in self._batches(dataset, indices, EVALUATION_BATCH):
                yield self._network(images), labels

    def gradient_norms(self, indices: Ints) -> Floats:
        """Return the norm of the gradient of each sample's loss over all weights (GraNd)."""
        self._network.eval()
        norms = []
        for image, label in self._batches(self._data.train_plain, indices, 1):
            loss = functional.cross_entropy(self._network(image), label)
            gradients = torch.autograd.grad(loss, list(self._network.parameters()))
            norms.append(torch.stack([one.square().sum() for one in gradients]).sum().sqrt())
        found: Floats = torch.stack(norms).cpu().numpy()
        return found

    def embeddings(self, indices: Ints) -> Floats:
        """Return what enters the last layer, shape (samples, features)."""
        found: list[Any] = []
        hook = self._head.register_forward_pre_hook(
            lambda _, inputs: found.append(inputs[0].detach().cpu().numpy())
        )
        try:
            self.probabilities(indices)
        finally:
            hook.remove()
        return np.concatenate(found)

    def _batches(self, dataset: Any, indices: Ints, size: int) -> Iterator[tuple[Any, Any]]:
        if isinstance(dataset, SyntheticImages):
            yield from dataset.batches(len(indices), size, self._device)
            return
        loader = DataLoader(
            Subset(dataset, [int(index) for index in indices]),
            batch_size=size,
            num_workers=self._workers,
            pin_memory=self._device == "cuda",
        )
        for images, labels in loader:
            yield (
                images.to(self._device, non_blocking=True),
                labels.to(self._device, non_blocking=True),
            )
