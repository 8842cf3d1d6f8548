"""What it means when the server refuses a request: ask again, give this paper up, or stop."""

import openai

from datafootprint.errors import DatafootprintError
from datafootprint.redaction import without_secrets
from datafootprint.usage.llm.settings import Settings

_GENERAL = (401, 403, 404, 408, 409, 429)


def is_passing(error: openai.APIStatusError) -> bool:
    """Whether the same request may be answered later."""
    if error.status_code == 429:
        return getattr(error, "code", None) != "insufficient_quota"
    return error.status_code in (408, 409) or error.status_code >= 500


def told(error: openai.APIStatusError) -> str:
    """Say in a sentence what the server said, without secrets."""
    text = error.body.get("message") if isinstance(error.body, dict) else None
    said = without_secrets(" ".join(str(text or error.message).split()))[:300]
    return f"the server refused the request (HTTP {error.status_code}): {said}"


def concerns_one_request(status: object) -> bool:
    """Whether a status of HTTP may refuse one request alone, too long for the model, say."""
    return isinstance(status, int) and 400 <= status < 500 and status not in _GENERAL


def stop_if_general(error: openai.APIStatusError, settings: Settings) -> None:
    """Raise if a refusal for good concerns every request and not one alone.

    Raises
    ------
    DatafootprintError
        If the key, the account or the model is refused.
    """
    if error.status_code in (401, 403):
        raise DatafootprintError(
            f"the model's server at {settings.server} refuses the key in OPENAI_API_KEY (HTTP "
            f"{error.status_code}); check the key and what it may do."
        ) from None
    if error.status_code == 429:
        raise DatafootprintError(
            f"the account at {settings.server} has no credit left (insufficient_quota); top it up "
            "and run again. All answers so far are kept."
        ) from None
    if not concerns_one_request(error.status_code):
        raise refused_all(settings, told(error)) from None


def refused_all(settings: Settings, said: str) -> DatafootprintError:
    """Make the error of a server that refuses whatever it is asked."""
    return DatafootprintError(
        f"{settings.server}, model {settings.model!r}: {said.rstrip('.')}. Check "
        "usage.llm.base_url and usage.llm.model; the server must know response_format json_schema."
    )
