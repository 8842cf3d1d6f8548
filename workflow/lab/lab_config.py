"""The keys of what is measured on request: the energy of training, and bias."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from datafootprint.config_faults import ConfigurationError, faults_of
from datafootprint.config_types import (
    DISTINCT,
    Count,
    Fraction,
    Part,
    PathText,
    Positive,
    Section,
    Seed,
    Share,
    Text,
    key,
    section,
    written,
)

#: The names in `lab.strategies`, which is too slow to import here.
STRATEGIES = (
    *("full", "random", "el2n", "grand", "forgetting", "prototypes", "prototypes_easy", "rs2"),
    *("active_margin", "active_entropy", "active_least_confidence"),
    *("dpet_margin", "dpet_entropy", "dpet_least_confidence"),
)
_ONE = written(f"^({'|'.join(STRATEGIES)})$", f"one of {', '.join(STRATEGIES)}")
Strategy = Annotated[str, _ONE]
MajorityShare = Annotated[Share, Field(lt=1)]


class Gpu(Section):
    """What `snakemake measure_gpu` trains on noise of ImageNet's shape: full data, one GPU."""

    models: Annotated[list[Literal["resnet34", "resnet50", "swin_t"]], DISTINCT] = key(
        ["resnet34", "resnet50", "swin_t"], "Networks", min_length=1
    )
    images: Count = key(51_200, "Images per metered epoch, scaled to the 1,281,167 of ImageNet")
    epochs: Count = key(3, "Metered epochs per run")
    repeats: Count = key(2, "Runs of each network")
    batch_size: Count = key(256, "Images per step")
    image_side: Count = key(224, "Height and width of an image in pixels")
    mixed_precision: bool = key(False, "bfloat16 where that is safe, as recipes of today have it")
    allow_cpu: bool = key(False, "Whether a processor may take the place of a GPU, to try it out")


class Measure(Section):
    """What `snakemake measure_energy` trains and meters. The paper: 3 repeats of 10 epochs."""

    folder: PathText = key("measurements", "Folder of logs and finished runs; can be energy.logs")
    model: Literal["small_cnn", "resnet34", "resnet50", "swin_t"] = key("small_cnn", "Network")
    dataset: Text = key("digits", "digits (scikit-learn's) or a folder with ImageNet's train, val")
    epochs: Count = key(10, "Epochs per run")
    repeats: Count = key(3, "Runs of each strategy")
    strategies: Annotated[list[Strategy], DISTINCT] = key(
        ["full", "random", "el2n", "prototypes", "dpet_margin"], "Strategies", min_length=1
    )
    keep_fraction: Fraction = key(0.75, "Fraction of the samples to keep (the paper: 0.75)")
    class_balance: Share = key(0.5, "Part of each class's share that is kept whatever the scores")
    scoring_networks: Count = key(2, "el2n, grand: networks to average (10 in Paul et al. 2021)")
    scoring_epochs: Count = key(3, "Epochs before a score (10 in Paul et al. 2021)")
    warm_up_fraction: Part = key(0.3, "dpet: fraction of the samples in a warm-up epoch")
    warm_up_epochs: int = key(4, "dpet: epochs of the warm-up (20 of 200 as published)", ge=0)
    round_fraction: Part = key(0.2, "dpet: fraction that a round adds (0.02 as published)")
    round_epochs: Count = key(2, "dpet: epochs per round (10 as published)")
    targets: Annotated[list[Share], DISTINCT] = key(
        [0.8, 0.85, 0.9, 0.95], "Accuracies for energy_to_accuracy.csv", min_length=1
    )
    batch_size: Count = key(64, "Samples per step (256 in the ResNet recipe)")
    learning_rate: Positive = key(0.05, "Learning rate (0.1 in the ResNet recipe)")
    workers: int = key(0, "Processes that load images", ge=0, le=1000)
    update_interval_s: Positive = key(0.1, "Seconds between two power readings")
    seed: Seed = key(0, "Seed of the first repeat")
    gpu: Gpu = section()


class Bias(Section):
    """`snakemake bias`: the example of Section 4.3 on coloured digits (scikit-learn's)."""

    majority_shares: Annotated[list[MajorityShare], DISTINCT] = key(
        [0.99, 0.95, 0.8], "Fractions whose colour gives the digit away", min_length=1
    )
    budgets: Annotated[list[Annotated[int, Field(ge=10, le=1348)]], DISTINCT] = key(
        [100, 300, 1000], "Samples to train on", min_length=1
    )
    repeats: Count = key(2, "Trainings of each combination")
    steps: Count = key(400, "Steps of the optimiser in each training")
    batch_size: Count = key(64, "Samples per step")
    learning_rate: Positive = key(0.02, "Learning rate of SGD")
    seed: Seed = key(0, "Seed of the first repeat")


def lab_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sections `energy.measure` and `bias` of a configuration, with their defaults."""
    from datafootprint.config_model import Configuration

    measure = (config.get("energy") or {}).get("measure") or {}
    given = {"energy": {"measure": measure}, "bias": config.get("bias") or {}}
    try:
        found = Configuration.model_validate(given)
    except ValidationError as error:
        raise ConfigurationError(faults_of(error, Configuration)) from None
    return {"measure": found.energy.measure.model_dump(), "bias": found.bias.model_dump()}
