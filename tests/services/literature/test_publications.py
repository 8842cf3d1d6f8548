"""Counting publications with the real client (requests) against loopback servers."""

import csv
import json
from datetime import UTC, datetime

import pytest
from tests.services.literature.retrieving import COUNTS, NOW, ask, everything_in
from tests.services.loopback import Dimensions, OpenAlex

from datafootprint.errors import DatafootprintError


def test_dimensions_gives_a_row_a_year_with_its_origin(dimensions, tmp_path):
    rows = ask(dimensions, "dimensions", tmp_path)
    assert [(row["year"], row["publications"]) for row in rows] == list(COUNTS.items())
    assert [row["complete"] for row in rows] == [True, True, True, False]
    assert {row["retrieved"] for row in rows} == {"2022-11-22"}
    assert json.loads(rows[0]["service_version"]) == {"release": "2.12", "version": "2026.3"}
    login, query = dimensions.requests
    assert login["body"] == '{"key": "dim-secret"}'
    assert query["headers"]["Authorization"] == "JWT token-1"
    assert (
        query["body"]
        == rows[0]["query"]
        == (
            r'search publications in full_data for "\"ImageNet\"" '
            "where year in [2019:2022] return year limit 1000"
        )
    )


def test_dimensions_keeps_quotes_of_the_keyword_inside_the_phrase(dimensions, tmp_path):
    ask(dimensions, "dimensions", tmp_path, keyword=r'a "b" \c')
    assert r'full_data for "\"a \\\"b\\\" \\\\c\""' in dimensions.requests[-1]["body"]


def test_dimensions_logs_in_again_once_when_the_token_has_expired(dimensions, tmp_path):
    dimensions.expired = 1
    assert len(ask(dimensions, "dimensions", tmp_path)) == 4
    assert dimensions.tokens == 2
    dimensions.expired = 2
    with pytest.raises(DatafootprintError, match=r"refused a fresh token \(HTTP 403"):
        ask(dimensions, "dimensions", tmp_path / "other")


def test_a_netrc_file_does_not_replace_the_token(dimensions, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert len(ask(dimensions, "dimensions", tmp_path / "snapshots")) == 4


def test_requests_keep_their_distance(tmp_path, monkeypatch):
    monkeypatch.setattr("datafootprint.literature.dimensions.INTERVAL_S", 0.3)
    with Dimensions(COUNTS) as server:
        start = datetime.now(UTC)
        ask(server, "dimensions", tmp_path)
        assert (datetime.now(UTC) - start).total_seconds() > 0.29


def test_openalex_counts_full_text_along_and_strips_the_key(openalex, tmp_path):
    rows = ask(openalex, "openalex", tmp_path)
    assert [row["publications"] for row in rows] == [10, 20, 40, 4]
    assert [row["publications_with_full_text"] for row in rows] == [5, 10, 20, 2]
    assert [row["full_text_coverage"] for row in rows] == [0.2] * 4
    first = openalex.requests[0]["query"]
    assert first == {
        "search": ["ImageNet"],
        "filter": ["publication_year:2019-2022"],
        "group_by": ["publication_year"],
        "api_key": ["oa-secret"],
    }
    assert len(openalex.requests) == 4


def test_openalex_searches_several_words_as_a_phrase(openalex, tmp_path):
    ask(openalex, "openalex", tmp_path, keyword="MS COCO")
    assert openalex.requests[0]["query"]["search"] == ['"MS COCO"']


@pytest.mark.parametrize("empty", ["", " \n"])
def test_openalex_goes_without_a_key_when_there_is_none(tmp_path, empty):
    with OpenAlex(COUNTS) as server:
        ask(server, "openalex", tmp_path, keys={"OPENALEX_API_KEY": empty})
        assert "api_key" not in server.requests[0]["query"]


@pytest.mark.parametrize("service", ["dimensions", "openalex"])
def test_no_key_ends_up_in_a_snapshot(service, request, tmp_path):
    ask(request.getfixturevalue(service), service, tmp_path)
    files = everything_in(tmp_path)
    assert len(files) == 3
    for content in files.values():
        assert b"secret" not in content and b"token-" not in content


def test_the_snapshot_holds_the_responses_and_a_table_that_can_be_a_source(openalex, tmp_path):
    rows = ask(openalex, "openalex", tmp_path)
    (folder,) = tmp_path.iterdir()
    assert folder.name == "openalex_ImageNet_since+2019_2022-11-22"
    record = json.loads((folder / "responses.json").read_text())
    assert record["retrieved"] == "2022-11-22T03:15:09+00:00"
    assert record["responses"][0]["request"] == rows[0]["query"]
    assert {"key": "2019", "key_display_name": "2019", "count": 10} in record["responses"][0][
        "response"
    ]["group_by"]
    with (folder / "publications.csv").open(newline="") as stream:
        assert [row["publications"] for row in csv.DictReader(stream)] == ["10", "20", "40", "4"]


def test_a_snapshot_is_used_without_a_key_or_a_request(dimensions, tmp_path):
    rows = ask(dimensions, "dimensions", tmp_path)
    asked = len(dimensions.requests)
    later = NOW.replace(month=12)
    assert ask(dimensions, "dimensions", tmp_path, now=later, keys={}) == rows
    assert len(dimensions.requests) == asked


def test_a_new_retrieval_adds_a_snapshot_and_leaves_the_old_one(openalex, tmp_path):
    ask(openalex, "openalex", tmp_path)
    before = everything_in(tmp_path)
    openalex.counts = {year: n + 1 for year, n in COUNTS.items()}
    later = NOW.replace(day=30)
    rows = ask(openalex, "openalex", tmp_path, retrieved="2022-11-30", now=later)
    assert [row["publications"] for row in rows] == [11, 21, 41, 5]
    after = everything_in(tmp_path)
    assert len(after) == 6 and before.items() <= after.items()
    assert (
        ask(openalex, "openalex", tmp_path, retrieved="2022-11-22", now=later)[0]["publications"]
        == 10
    )
    assert ask(openalex, "openalex", tmp_path, now=later)[0]["publications"] == 11


def test_a_fall_by_more_than_a_tenth_is_refused_and_kept_apart(openalex, tmp_path):
    ask(openalex, "openalex", tmp_path)
    before = everything_in(tmp_path)
    openalex.counts = {2019: 9, 2020: 17, 2021: 40, 2022: 5}
    later = NOW.replace(day=30)
    with pytest.raises(DatafootprintError, match=r"2020 fell from 20 \(2022-11-22\) to 17"):
        ask(openalex, "openalex", tmp_path, retrieved="2022-11-30", now=later)
    after = everything_in(tmp_path)
    assert before.items() <= after.items()
    (refused,) = tmp_path.glob("*.refused")
    assert (refused / "publications.csv").is_file() and (refused / "responses.json").is_file()
    assert ask(openalex, "openalex", tmp_path, now=later)[1]["publications"] == 20
    refused.rename(refused.with_name("openalex_ImageNet_since+2019_2022-11-30"))
    assert ask(openalex, "openalex", tmp_path, now=later)[1]["publications"] == 17


def test_the_running_year_is_refused_before_anything_is_asked(openalex, tmp_path):
    with pytest.raises(DatafootprintError, match=r"when 2021 was not over; set .* to 2020"):
        ask(openalex, "openalex", tmp_path, now=datetime(2021, 12, 31, 23, tzinfo=UTC))
    assert openalex.requests == []


def test_a_day_without_a_snapshot_that_is_not_today(openalex, tmp_path):
    with pytest.raises(DatafootprintError, match=r"no snapshot .* of 2022-11-01 .*2022-11-22"):
        ask(openalex, "openalex", tmp_path, retrieved="2022-11-01")


def test_dimensions_needs_a_key_only_where_it_has_to_be_asked(dimensions, tmp_path):
    with pytest.raises(DatafootprintError, match="DIMENSIONS_API_KEY, which is not set"):
        ask(dimensions, "dimensions", tmp_path, keys={"DIMENSIONS_API_KEY": " "})
    assert dimensions.requests == []
