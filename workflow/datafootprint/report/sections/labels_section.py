"""What the page says about how the papers that were read were labelled."""

from typing import Any

import pandas as pd

from datafootprint.tables import records_of
from datafootprint.usage.labels import LIVE, Classifier

CLASSIFIER_WORDS = {
    Classifier.REFERENCES: "in their references only",
    Classifier.RULES: "labelled by cue rules",
    Classifier.LLM: "labelled by {model}",
}


def labels_section(counts: pd.DataFrame, classification: pd.DataFrame) -> dict[str, Any] | None:
    """Build the context of `labels.html.j2`, None if no paper was read."""
    live = counts[counts["source"] == LIVE]
    if live.empty:
        return None
    return {
        "baseline": (classification["classifier"] == Classifier.RULES).any(),
        "classifiers": ", ".join(
            f"{row['papers']} {CLASSIFIER_WORDS[Classifier(row['classifier'])].format(**row)}"
            for row in records_of(classification)
        ),
        "not_judged": int(classification["not_judged"].sum()),
        "papers": int(live["mentioning"].sum()),
        "needs_review": int(live["needs_review"].sum()),
        "unread": int(live["unread"].sum()),
        "correction": live["correction"].iloc[0],
        "live": live,
        "asked": classification[classification["classifier"] == Classifier.LLM],
    }
