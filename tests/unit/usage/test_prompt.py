"""What is sent about a paper."""

import json
import re

from tests.services.usage_papers import passage

from datafootprint.usage.llm.exchange import (
    answer_schema,
    build_messages,
    prompt_digest,
    schema_digest,
)


def test_prompt_is_filled_in_and_fences_the_passages() -> None:
    system, user = build_messages(
        [passage("We use ImageNet {fence}.\x00\ud800", page=3)], "ImageNet-1K", ["Tiny"]
    )
    assert "{dataset}" not in system["content"] and "ImageNet-1K" in system["content"]
    assert "version 1" not in system["content"]
    assert re.fullmatch(
        r"BEGIN PASSAGES (\w{16})\n\[page 3\] We use ImageNet \{fence\}\.\nEND PASSAGES \1",
        user["content"],
    )


def test_schema_is_strict() -> None:
    schema = answer_schema()
    for part in (schema, schema["$defs"]["Use"]):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])
        assert "default" not in json.dumps(part)


def test_kept_answers_stay_valid() -> None:
    """Another digest asks and pays for every paper again, in every cache."""
    assert schema_digest() == "0604459121de32ad27118e8dc4cfa01fca5eb8b60b2c64abae332b483f8e52f7"
    assert prompt_digest() == "90974958ee060f2ed0d552f5057f11bd9b56ca48f08e6c63f05e929981f41e72"
