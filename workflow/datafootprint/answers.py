"""The form of what a service answers."""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from datafootprint.errors import DatafootprintError

T = TypeVar("T")


def in_form(answer: Any, form: TypeAdapter[T], service: str) -> T:
    """Return an answer as its form describes it; refuse one of another form."""
    try:
        return form.validate_python(answer)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        raise DatafootprintError(
            f"{service}: the answer has another form than this version of the workflow knows: "
            f"{where} is {str(first['input'])[:200]!r}. {first['msg']}."
        ) from None
