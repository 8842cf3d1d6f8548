"""Counting publications with the real client (requests) against loopback servers."""

import json
from datetime import UTC, datetime

import pytest
from tests.services.literature.retrieving import COUNTS, KEYS, NOW, ask, everything_in
from tests.services.loopback import OpenAlex

from datafootprint.errors import DatafootprintError

LATER = NOW.replace(day=30)


def test_dimensions_gives_a_row_per_year_with_its_origin(dimensions, tmp_path):
    found = ask(dimensions, "dimensions", tmp_path)
    assert dict(zip(found["year"], found["publications"], strict=True)) == COUNTS
    assert list(found["complete"]) == [True, True, True, False]
    assert set(found["retrieved"]) == {"2022-11-22"}
    assert json.loads(found["service_version"][0]) == {"release": "2.12", "version": "2026.3"}
    login, query = dimensions.requests
    assert login["body"] == '{"key": "dim-secret"}'
    assert query["headers"]["Authorization"] == "JWT token-1"
    assert query["body"] == found["query"][0]
    assert query["body"] == (
        r'search publications in full_data for "\"ImageNet\"" '
        "where year in [2019:2022] return year limit 1000"
    )


def test_dimensions_keeps_quotes_of_the_keyword_inside_the_phrase(dimensions, tmp_path):
    ask(dimensions, "dimensions", tmp_path, keyword=r'a "b" \c')
    assert r'full_data for "\"a \\\"b\\\" \\\\c\""' in dimensions.requests[-1]["body"]


def test_dimensions_logs_in_again_once_when_the_token_has_expired(dimensions, tmp_path):
    dimensions.expired = 1
    assert len(ask(dimensions, "dimensions", tmp_path)) == 4
    assert dimensions.tokens == 2
    dimensions.expired = 2
    with pytest.raises(DatafootprintError, match=r"_API_KEY was refused \(HTTP 403: .*expired"):
        ask(dimensions, "dimensions", tmp_path / "other")


def test_a_netrc_file_does_not_replace_the_token(dimensions, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert len(ask(dimensions, "dimensions", tmp_path / "snapshots")) == 4


def test_openalex_counts_full_text_too(openalex, tmp_path):
    found = ask(openalex, "openalex", tmp_path, keyword="MS COCO")
    assert list(found["publications"]) == [10, 20, 40, 4]
    assert list(found["publications_with_full_text"]) == [5, 10, 20, 2]
    assert list(found["full_text_coverage"]) == [0.2] * 4
    assert len(openalex.requests) == 4
    assert openalex.requests[0]["query"] == {
        "search": ['"MS COCO"'],
        "filter": ["publication_year:2019-2022"],
        "group_by": ["publication_year"],
        "api_key": ["oa-secret"],
    }


@pytest.mark.parametrize("empty", ["", " \n"])
def test_openalex_is_asked_without_a_key_when_there_is_none(tmp_path, empty):
    with OpenAlex(COUNTS) as server:
        ask(server, "openalex", tmp_path, keys={"OPENALEX_API_KEY": empty})
        assert "api_key" not in server.requests[0]["query"]


@pytest.mark.parametrize("service", ["dimensions", "openalex"])
def test_a_snapshot_holds_what_came_and_no_key(service, request, tmp_path):
    found = ask(request.getfixturevalue(service), service, tmp_path)
    (folder,) = tmp_path.iterdir()
    assert folder.name == f"{service}_ImageNet_since+2019_2022-11-22"
    record = json.loads((folder / "responses.json").read_text())
    assert record["retrieved"] == "2022-11-22T03:15:09+00:00"
    assert record["responses"][0]["request"] == found["query"][0]
    answer = record["responses"][0]["response"]
    assert {group["count"] for group in answer.get("group_by") or answer["year"]} == {4, 10, 20, 40}
    files = everything_in(folder)
    assert set(files) == {"publications.csv", "responses.json", "SHA256SUMS"}
    for content in files.values():
        assert b"secret" not in content and b"token-" not in content


def test_a_snapshot_is_used_without_a_key_or_a_request(dimensions, tmp_path):
    found = ask(dimensions, "dimensions", tmp_path)
    asked = len(dimensions.requests)
    assert ask(dimensions, "dimensions", tmp_path, now=LATER, keys={}).equals(found)
    assert len(dimensions.requests) == asked


def test_a_new_retrieval_adds_a_snapshot_and_leaves_the_old_one(openalex, tmp_path):
    ask(openalex, "openalex", tmp_path)
    before = everything_in(tmp_path)
    openalex.counts = {year: n + 1 for year, n in COUNTS.items()}
    for retrieved, count in (("2022-11-30", 11), ("2022-11-22", 10), ("latest", 11)):
        found = ask(openalex, "openalex", tmp_path, retrieved=retrieved, now=LATER)
        assert found["publications"][0] == count
    after = everything_in(tmp_path)
    assert len(after) == 6 and before.items() <= after.items()


def test_a_fall_by_more_than_a_tenth_is_refused_and_kept_apart(openalex, tmp_path):
    ask(openalex, "openalex", tmp_path)
    before = everything_in(tmp_path)
    openalex.counts = {2019: 9, 2020: 17, 2021: 40, 2022: 5}
    for _ in range(2):
        with pytest.raises(DatafootprintError, match=r"2020 fell from 20 \(2022-11-22\) to 17"):
            ask(openalex, "openalex", tmp_path, retrieved="2022-11-30", now=LATER)
    assert before.items() <= everything_in(tmp_path).items()
    assert ask(openalex, "openalex", tmp_path, now=LATER)["publications"][1] == 20
    (refused,) = tmp_path.glob("*.refused")
    refused.rename(refused.with_suffix(""))
    assert ask(openalex, "openalex", tmp_path, now=LATER)["publications"][1] == 17


@pytest.mark.parametrize(
    ("service", "given", "sentence"),
    [
        ("openalex", {"now": datetime(2021, 12, 31, tzinfo=UTC)}, "2021 was not over; .* to 2020"),
        ("openalex", {"retrieved": "2022-11-01"}, r"no snapshot .* of 2022-11-01 .*2022-11-22"),
        ("dimensions", {"keys": KEYS | {"DIMENSIONS_API_KEY": " "}}, "_API_KEY, which is not set"),
    ],
)
def test_what_is_refused_before_anything_is_asked(service, given, sentence, request, tmp_path):
    server = request.getfixturevalue(service)
    with pytest.raises(DatafootprintError, match=sentence):
        ask(server, service, tmp_path, **given)
    assert server.requests == []
