"""What it means when the server refuses a request: ask again, give this paper up, or stop."""

import openai

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.redaction import without_secrets

#: Statuses of HTTP that may refuse one request alone, because it is too long for the model.
OF_ONE_REQUEST = (400, 413, 422)


def server_of(settings: LanguageModel) -> str:
    """Return where the model is, for a sentence."""
    return settings.base_url or "api.openai.com"


def is_passing(error: openai.APIStatusError) -> bool:
    """Tell whether the same request may be answered later."""
    if error.status_code == 429:
        return error.code != "insufficient_quota"
    return error.status_code in (408, 409) or error.status_code >= 500


def refusal(status: object, said: object) -> str:
    """Say in a sentence what the server said, without secrets."""
    line = without_secrets(" ".join(str(said).split()))[:300]
    return f"the server refused the request (HTTP {status}): {line}"


def stopped(settings: LanguageModel, reason: str) -> DatafootprintError:
    """Make the error of a server that answers nothing that it is asked."""
    return DatafootprintError(
        f"{server_of(settings)}, model {settings.model!r}: {reason.rstrip('.')}. Check "
        "OPENAI_API_KEY and its credit, usage.llm.base_url, usage.llm.model (the server must know "
        "response_format json_schema) and the network, and run again. All answers so far are kept."
    )
