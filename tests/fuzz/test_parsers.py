"""Each parser of foreign bytes against arbitrary ones: a result or one sentence, never a crash.

What once failed lies in corpus/<parser>/ and is tried every time, also in the default run.
"""

import copy
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzz import files, services

from datafootprint.errors import DatafootprintError

CORPUS = Path(__file__).parent / "corpus"

PARSERS: dict[str, Callable[[bytes], None]] = {
    name: parser
    for module in (files, services)
    for name, parser in vars(module).items()
    if getattr(parser, "__module__", "") == module.__name__
    and (parser.__annotations__.get("content") is bytes)
    and not name.startswith("_")
}


def attempt(parser: str, content: bytes) -> None:
    try:
        PARSERS[parser](content)
    except DatafootprintError as error:
        sentence = str(error)
        assert len(sentence) < 5000 and "\n" not in sentence.strip(), sentence


KEPT = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_failed(path: Path) -> None:
    attempt(path.parent.name, path.read_bytes())


def seeds(parser: str) -> list[bytes]:
    return [path.read_bytes() for path in KEPT if path.parent.name == parser] or [b""]


ODD: list[object] = [None, True, -1, 10**30, 1.5, "", "x", [], {}, [[]], {"a": []}, "\u00b2", "=1"]


def nodes(value: object) -> Iterator[tuple[Any, Any]]:
    """Yield each place in a JSON value: what holds it, and under which key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore
    for key, item in list(pairs):
        yield value, key
        if isinstance(item, dict | list):
            yield from nodes(item)


@st.composite
def retyped(draw: st.DrawFn, parser: str) -> bytes:
    """JSON of the corpus with values of other types in some places."""
    line = draw(st.sampled_from(seeds(parser)))
    number = draw(st.integers(1, 3))
    try:
        value = json.loads(line)
        places = list(nodes(value)) if isinstance(value, dict | list) else []
    except (ValueError, RecursionError):
        return line
    for _ in range(number):
        if places:
            holder, key = draw(st.sampled_from(places))
            holder[key] = copy.deepcopy(draw(st.sampled_from([*ODD, "\ud800"])))
            places = list(nodes(value))
    return json.dumps(value).encode()


@st.composite
def mutated(draw: st.DrawFn, parser: str) -> bytes:
    """Bytes of the corpus with pieces cut out, doubled and put in; or any bytes."""
    content = draw(st.sampled_from(seeds(parser)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        numbers = re.findall(rb"[0-9]+", content)[:20] or [b"0"]
        piece = draw(
            st.one_of(
                st.binary(max_size=20),
                st.text(max_size=20).map(lambda t: t.encode(errors="replace")),
                st.sampled_from(
                    [
                        b"",
                        b"nan",
                        b"inf",
                        b"-1",
                        b"1e999",
                        b"9" * 400,
                        b"9" * 5000,
                        b"\0",
                        b"\r",
                        b"\n",
                        b'"',
                        b",",
                        b"null",
                        b"[]",
                        b"{}",
                        b"\xff",
                        b"\xef\xbb\xbf",
                        b"'=",
                        b"_",
                        content[start:end],
                        *numbers,
                    ]
                ),
            )
        )
        content = content[:start] + piece + content[draw(st.sampled_from([start, end])) :]
    return content


FUZZING = settings(
    deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, database=None
)


@pytest.mark.parametrize("parser", PARSERS)
def test_a_few_mutations(parser: str) -> None:
    @settings(FUZZING, max_examples=60, derandomize=True)
    @given(mutated(parser) | retyped(parser))
    def attempts(content: bytes) -> None:
        attempt(parser, content)

    attempts()


@pytest.mark.faults
@pytest.mark.parametrize("parser", PARSERS)
def test_many_mutations(parser: str) -> None:
    @settings(FUZZING, max_examples=3000)
    @given(mutated(parser) | retyped(parser))
    def attempts(content: bytes) -> None:
        attempt(parser, content)

    attempts()


def test_every_parser_has_a_corpus() -> None:
    assert {path.parent.name for path in KEPT} == set(PARSERS)
    stream = io.BytesIO((CORPUS / "archives" / "two.zip").read_bytes())
    assert len(zipfile.ZipFile(stream).namelist()) == 2
