"""How priors are written in the configuration, and which prior a source can have."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, create_model, model_validator

from datafootprint.config_types import Factor, NonNegative, Positive, Section, Text, own
from datafootprint.uncertainty.priors import (
    BOUNDED,
    DISTRIBUTIONS,
    FACTOR,
    SHARE,
    SOURCES,
    as_prior,
)

_Values = Annotated[list[Positive], Field(min_length=1)]
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("successes", "failures", "median", "mean", "cases"), Positive),
    **dict.fromkeys(("bend_sd", "low", "mode", "high", "cv"), NonNegative),
    **dict.fromkeys(("values", "weights"), _Values),
    "gsd": Factor,
    "runs": Annotated[int, Field(ge=2)],
    "limit": Annotated[Factor, Field(gt=1)],
}


def _one_distribution(choice: Any) -> Any:
    kinds = [name for name, value in choice if name != "source" and value is not None]
    if len(kinds) != 1:
        raise ValueError(f"needs one distribution, but has {' and '.join(kinds) or 'none'}")
    return choice


def _possible(name: str, choice: Any) -> Any:
    """Refuse a distribution that the source cannot have, or that cannot exist."""
    if choice is None:
        return None
    prior, source = as_prior(choice.model_dump(exclude_none=True, warnings=False)), SOURCES[name]
    values = prior.parameters
    if prior.kind not in source.kinds:
        raise ValueError(f"is {prior.kind}, but must be one of {', '.join(source.kinds)}")
    if prior.kind == "fixed" and (source.kinds in (SHARE, FACTOR)) != bool(values):
        raise ValueError("must be fixed at a number (sampling and projection: fixed: true)")
    is_range = prior.kind in ("triangular", "uniform")
    if is_range and (list(values) != sorted(values) or values[0] == values[-1]):
        raise ValueError(f"needs {' <= '.join(DISTRIBUTIONS[prior.kind])} and low < high")
    if prior.kind == "mixture" and len(values[0]) != len(values[1]):
        raise ValueError("needs as many weights as values")
    if source.most and prior.kind != "mixture" and max(values, default=0) > source.most:
        raise ValueError(f"must be at most {source.most:g}, as it is a factor")
    if prior.kind in BOUNDED and values:
        if source.kinds == SHARE and max(values) > 1:
            raise ValueError("is above 1, but a share cannot be")
        if source.kinds == FACTOR and (min(values) < source.least or max(values) == 0):
            raise ValueError(f"must be at least {source.least:g} and have a value above 0")
    return choice


_IS_ONE: Any = model_validator(mode="after")(_one_distribution)


def _field(kind: str) -> Any:
    """Return the field of a distribution; all its parameters must be given."""
    parameters: Any = {name: (_TYPES[name], ...) for name in DISTRIBUTIONS[kind]}
    return create_model(kind, __base__=Section, **parameters) | None, None


_distributions: Any = {kind: _field(kind) for kind in DISTRIBUTIONS}
#: A prior as it is written.
Choice: Any = create_model(
    "Prior",
    __base__=Section,
    __doc__="One distribution, and where its figures come from.",
    __validators__={"is_one": _IS_ONE},
    fixed=(bool | NonNegative | None, Field(None, description="One value, without uncertainty")),
    source=(Text, Field(description="Where the figures come from, in words")),
    **_distributions,
)
_sources: Any = {
    name: (
        Annotated[Choice | None, AfterValidator(partial(_possible, name))],
        own(
            source.meaning + (f"; takes the place of {source.replaces}" if source.replaces else "")
        ),
    )
    for name, source in SOURCES.items()
}
_FORMS = "; ".join(
    f"`{kind}: {{{', '.join(parameters)}}}`" for kind, parameters in DISTRIBUTIONS.items()
)
if TYPE_CHECKING:
    Priors = Section
else:
    #: The section `uncertainty.priors`; null takes the prior of the dataset, or the default.
    Priors = create_model(
        "Priors",
        __base__=Section,
        __doc__="Prior of each source of uncertainty: a distribution and the source of its figures."
        f" `fixed: value`; {_FORMS}. A GSD is a geometric standard deviation, a factor.",
        **_sources,
    )
