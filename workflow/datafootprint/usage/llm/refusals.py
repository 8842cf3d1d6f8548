"""What it means when a server refuses, or answers nothing usable, and which key helps."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datafootprint.config_model import LanguageModel
from datafootprint.errors import DatafootprintError
from datafootprint.redaction import without_secrets

#: The first row whose pattern is found decides: in a refusal, written as "<status> <code> <type>
#: <param> <message>", or in the reason why an answer cannot be used. It says whom a refusal is
#: about (all requests, their format, one paper, or this moment: later), and what helps.
with Path(__file__).with_name("refusals.csv").open(encoding="utf-8") as _table:
    MEANINGS = list(csv.DictReader(_table))


@dataclass(frozen=True)
class Refusal:
    """What a server said, whom it is about, and what helps."""

    said: str
    scope: str
    help: str

    @classmethod
    def of(cls, status: object, error: object) -> "Refusal":
        """Read a refusal: its status, and the object or text that came with it."""
        parts: dict[str, Any] = error if isinstance(error, dict) else {"message": error}
        message = str(parts.get("message") or error)
        names = (str(parts.get(name) or "") for name in ("code", "type", "param"))
        row = _meaning("refusal", " ".join([str(status), *names, message]))
        line = without_secrets(" ".join(message.split()))[:300]
        how = f"HTTP {status}" if isinstance(status, int) else status
        return cls(f"the server refused the request ({how}): {line}", row["scope"], row["help"])


def server_of(settings: LanguageModel) -> str:
    return settings.base_url or "api.openai.com"


def stopped(
    settings: LanguageModel, reason: str, helps: str = "check the server and the network"
) -> DatafootprintError:
    """Make the error of a run that cannot go on."""
    return DatafootprintError(
        f"{server_of(settings)}, model {settings.model!r}: {reason.rstrip('.')}. To go on, "
        f"{helps}, and run again, which asks for the rest only: all usable answers are kept."
    )


def stop_if_unusable(settings: LanguageModel, faults: Sequence[str], papers: int) -> None:
    """Raise if more papers are without a usable answer than may be, or all of them."""
    without, often = len(faults), Counter(faults).most_common(3)
    if without == 0 or (without < papers and without <= settings.unusable_share * papers):
        return
    reasons = "; ".join(f"{reason.rstrip('.')} ({n})" for reason, n in often)
    helps = _meaning("answer", often[0][0])["help"]
    raise stopped(
        settings,
        f"{without} of {papers} papers got no usable answer: {reasons}",
        f"{helps} (or raise usage.llm.unusable_share, {settings.unusable_share:g}, the largest "
        "share of papers that may be left to a person for this)",
    )


def _meaning(kind: str, text: str) -> dict[str, str]:
    rows = (row for row in MEANINGS if row["found_in"] == kind)
    return next(row for row in rows if re.search(row["pattern"], text, re.IGNORECASE | re.DOTALL))
