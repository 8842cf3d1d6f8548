"""A dataset: a folder with a card, `dataset.yaml`, and its tables."""

from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import Field, ValidationError, create_model

from datafootprint.config_faults import ConfigurationError, Loader, faults_of, repeated_keys
from datafootprint.config_model import Configuration
from datafootprint.config_types import Gigabytes, RegularExpression, Section, Text, Variants, key
from datafootprint.literature.services import VENUE
from datafootprint.uncertainty.priors import SOURCES

CARD = "dataset.yaml"
#: Of the estimate, where neither configuration nor card says it.
LAST_YEAR = 2025
#: Of the venue's own papers nothing is sampled, projected or taken to other literature.
OF_THE_VENUE = {
    name: {"fixed": value, "source": "literature.source venue"}
    for name, value in (
        ("sampling", True),
        ("projection", True),
        ("duplicates", 1),
        ("share_outside_venue", 1),
        ("references_searched", 1),
    )
}
#: Each is in a file `<name>.csv` of the folder, if the card names no other.
TableName = Literal[
    "usage_counts",
    "publications",
    "energy_per_epoch",
    "hub_copies",
    "values",
    "papers_read",
    "practice",
    "abstract_strata",
    "stratum_counts",
]


def _keys_of_card(model: type[Section]) -> dict[str, Any]:
    """Return the keys of a section that are about the dataset, as fields."""
    keys: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        inner: Any = field.annotation
        if isinstance(inner, type) and issubclass(inner, Section):
            if own := _keys_of_card(inner):
                section = create_model(
                    inner.__name__, __base__=Section, __doc__=inner.__doc__, **own
                )
                keys[name] = (section, Field({}, validate_default=True))
        elif isinstance(field.json_schema_extra, dict) and "card" in field.json_schema_extra:
            keys[name] = (inner, field)
    return keys


class _Card(Section):
    """Card of a dataset."""

    name: Text = Field(description="Name, as the report prints it")
    size_gb: Gigabytes = Field(description="Size of one copy in decimal gigabytes (10^9 bytes)")
    patterns: list[RegularExpression] = key(
        [], "How papers write the name: regular expressions, case ignored; needed to read papers"
    )
    variants: Variants = key([], "How papers write variants of it, in the order of searching")
    tables: dict[TableName, Text] = key({}, "Files of tables that have another name")


Card = create_model("Card", __base__=_Card, __doc__=_Card.__doc__, **_keys_of_card(Configuration))


def find_dataset(dataset: str, data: Path) -> Path:
    """Return the folder of a dataset: a path, or the name of a folder in `data`."""
    for folder in (Path(dataset), data / dataset):
        if (folder / CARD).is_file():
            return folder
    shipped = ", ".join(sorted(path.parent.name for path in data.glob(f"*/{CARD}")))
    raise ConfigurationError(
        [
            f"config: dataset is {dataset!r}, but there is no {dataset}/{CARD} in {Path.cwd()} nor "
            f"in {data.resolve()}; name a folder with a {CARD}, or {shipped}."
        ]
    )


def read_card(folder: Path) -> Any:
    """Read the card of a dataset, a `Card`."""
    path = folder / CARD
    if faults := list(repeated_keys(path)):
        raise ConfigurationError(faults)
    try:
        card = Card.model_validate(yaml.load(path.read_bytes(), Loader) or {})
    except ValidationError as error:
        raise ConfigurationError(faults_of(error, Card, str(path))) from None
    missing = [file for file in card.tables.values() if not (folder / file).is_file()]
    if missing:
        raise ConfigurationError(
            [
                f"{path}: tables names {file}, but there is no such file in {folder.resolve()}."
                for file in missing
            ]
        )
    return card


def default_priors(data: Path) -> dict[str, Any]:
    """Read the priors that neither a card nor a configuration gives."""
    priors: dict[str, Any] = yaml.load((data / "factors" / "priors.yaml").read_bytes(), Loader)
    return priors


def with_card(settings: Configuration, card: Any, folder: Path, data: Path) -> dict[str, Any]:
    """Complete a configuration by the card of its dataset; what the configuration sets wins.

    Returns
    -------
    dict
        The sections of the configuration, and as section `dataset`: name, size_gb, patterns,
        variants, folder, and tables (name -> path, None if the dataset has no such table).
    """
    config = settings.model_dump(warnings=False)
    config["papers"]["venues"] = settings.papers.model_dump(exclude_none=True)["venues"]
    config["scenarios"] = {
        name: scenario.model_dump(exclude_unset=True, warnings=False)
        for name, scenario in settings.scenarios.items()
    }
    own = card.model_dump(warnings=False)
    for section in ("usage", "projection", "literature", "hub", "training", "frugality"):
        for name, value in own[section].items():
            if config[section][name] is None:
                config[section][name] = value
    if settings.energy.logs and settings.training.kwh_per_epoch is None:
        config["training"]["kwh_per_epoch"] = None
    _settle_what_is_observed(config["training"], own["training"]["epochs"])
    named = {variant.name for variant in card.variants}
    usage, training = config["usage"], config["training"]
    usage["count_variants"] = usage["count_variants"] or [*(named & {card.name}), "unspecified"]
    config["projection"]["until"] = config["projection"]["until"] or LAST_YEAR
    config["literature"]["source"] = config["literature"]["source"] or "published"
    config["literature"]["keyword"] = config["literature"]["keyword"] or card.name
    config["hub"]["variants"] = config["hub"]["variants"] or []
    defaults = default_priors(data)
    defaults["mean_epochs"] = {
        "fixed": training["epochs"],
        "source": "training.epochs; no range is given",
    }
    config["uncertainty"]["priors"] = {
        name: _prior(getattr(settings.uncertainty.priors, name))
        or _prior(getattr(card.uncertainty.priors, name))
        or defaults[name]
        for name in SOURCES
    }
    if config["literature"]["source"] == VENUE:
        config["uncertainty"]["priors"] |= OF_THE_VENUE
    files = {name: folder / card.tables.get(name, f"{name}.csv") for name in get_args(TableName)}
    config["dataset"] = {
        **{name: own[name] for name in ("name", "size_gb", "patterns", "variants")},
        "folder": str(folder),
        "tables": {name: str(path) if path.is_file() else None for name, path in files.items()},
    }
    return config


def _settle_what_is_observed(training: dict[str, Any], epochs: Any) -> None:
    """Put the observed parts of a run into the list `observed`, and a value in their place."""
    hardware = training.pop("hardware")
    values = {"variant_share": 1, "runs_per_paper": 1, "epochs": epochs}
    observed = [name for name in values if training[name] == "observed"]
    training.update({name: values[name] for name in observed})
    training["observed"] = observed + ["energy_per_epoch"] * (hardware == "observed")


def _prior(choice: Any) -> Any:
    return choice and choice.model_dump(exclude_none=True, warnings=False)
