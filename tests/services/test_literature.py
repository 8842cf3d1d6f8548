"""Counting publications with the real client (requests) against loopback servers."""

import json
from datetime import date

import pytest
from tests.services.loopback import Dimensions, OpenAlex

from datafootprint.errors import DatafootprintError
from datafootprint.literature.dimensions import dimensions_query
from datafootprint.literature.retrieve import retrieve_publications
from datafootprint.literature.services import retrieval

COUNTS = {2019: 10, 2020: 20, 2021: 40, 2022: 4}
KEYS = {"DIMENSIONS_API_KEY": " dim-secret\n", "OPENALEX_API_KEY": "oa-secret\n"}
NOW = date(2022, 11, 22)
LATER = NOW.replace(day=30)


@pytest.fixture
def dimensions():
    with Dimensions(COUNTS) as server:
        yield server


@pytest.fixture
def openalex():
    with OpenAlex(COUNTS, key="oa-secret") as server:
        yield server


@pytest.fixture
def ask(tmp_path):
    """Retrieve the counts of 2019 to 2021 into snapshots in the test's folder."""

    def retrieve(server, retrieved="latest", keyword="ImageNet", now=NOW, keys=KEYS):
        service = type(server).__name__.lower()
        literature = {"keyword": keyword, "snapshots": str(tmp_path), "retrieved": retrieved}
        literature[service] = {"base_url": f"{server.url}/"}
        wanted = retrieval(service, literature, [2019, 2020, 2021], now, keys)
        return retrieve_publications(wanted, keys, first_pause_s=0.01)

    return retrieve


def everything_in(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_dimensions_gives_a_row_per_year_with_its_origin(dimensions, ask):
    found = ask(dimensions)
    assert dict(zip(found["year"], found["publications"], strict=True)) == COUNTS
    assert list(found["complete"]) == [True, True, True, False]
    assert set(found["retrieved"]) == {"2022-11-22"}
    assert json.loads(found["service_version"][0]) == {"release": "2.12", "version": "2026.3"}
    login, query = dimensions.requests
    assert login["body"] == '{"key": "dim-secret"}'
    assert query["headers"]["Authorization"] == "JWT token-1"
    assert query["body"] == found["query"][0]


def test_a_query_to_dimensions_searches_a_phrase_with_its_quotes():
    assert dimensions_query(r'a "b" \c', [2019, 2022]) == (
        r'search publications in full_data for "\"a \\\"b\\\" \\\\c\"" '
        "where year in [2019:2022] return year limit 1000"
    )


def test_openalex_counts_full_text_too(openalex, ask):
    found = ask(openalex, keyword="MS COCO")
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


def test_openalex_is_asked_without_a_key_when_there_is_none(openalex, ask):
    with pytest.raises(DatafootprintError, match=r"OPENALEX_API_KEY is not set \(HTTP 401"):
        ask(openalex, keys={"OPENALEX_API_KEY": " \n"})
    assert "api_key" not in openalex.requests[0]["query"]


@pytest.mark.parametrize("service", ["dimensions", "openalex"])
def test_a_snapshot_holds_what_came_and_no_key(service, request, ask, tmp_path):
    found = ask(request.getfixturevalue(service))
    folder = tmp_path / f"{service}_ImageNet_since+2019_2022-11-22"
    record = json.loads((folder / "responses.json").read_text())
    assert record["retrieved"].endswith("+00:00")
    assert record["responses"][0]["request"] == found["query"][0]
    answer = record["responses"][0]["response"]
    assert {group["count"] for group in answer.get("group_by") or answer["year"]} == {4, 10, 20, 40}
    files = everything_in(tmp_path)
    assert set(files) == {folder / n for n in ("publications.csv", "responses.json", "SHA256SUMS")}
    assert not any(b"secret" in content or b"token-" in content for content in files.values())


def test_a_snapshot_is_used_without_a_key_or_a_request(dimensions, ask):
    found = ask(dimensions)
    assert ask(dimensions, now=LATER, keys={}).equals(found)
    assert len(dimensions.requests) == 2


def test_a_fall_by_more_than_a_tenth_is_refused_and_kept_apart(openalex, ask, tmp_path):
    ask(openalex)
    openalex.counts = {2019: 9, 2020: 17, 2021: 40, 2022: 5}
    for _ in range(2):
        with pytest.raises(DatafootprintError, match=r"2020 fell from 20 \(2022-11-22\) to 17"):
            ask(openalex, "2022-11-30", now=LATER)
    assert ask(openalex, now=LATER)["publications"][1] == 20
    (refused,) = tmp_path.glob("*.refused")
    refused.rename(refused.with_suffix(""))
    assert ask(openalex, now=LATER)["publications"][1] == 17


@pytest.mark.parametrize(
    ("service", "given", "sentence"),
    [
        ("openalex", {"now": date(2021, 12, 31)}, "2021 was not over; .* to 2020"),
        ("openalex", {"retrieved": "2022-11-01"}, r"no snapshot .* of 2022-11-01 .*2022-11-22"),
        ("dimensions", {"keys": KEYS | {"DIMENSIONS_API_KEY": " "}}, "_API_KEY, which is not set"),
    ],
)
def test_what_is_refused_before_anything_is_asked(service, given, sentence, request, ask):
    server = request.getfixturevalue(service)
    with pytest.raises(DatafootprintError, match=sentence):
        ask(server, **given)
    assert server.requests == []


def test_a_passing_fault_is_waited_for_and_asked_again(dimensions, ask, monkeypatch):
    monkeypatch.setattr("datafootprint.waiting.WITHOUT_A_TIME_S", 0.1)
    dimensions.faults = [(429, {}, b"slow down"), (503, {}, b"")]
    assert len(ask(dimensions)) == 4


@pytest.mark.parametrize("service", ["dimensions", "openalex"])
def test_a_bad_key_is_named_but_never_shown(service, request, ask):
    wrong = dict.fromkeys(KEYS, "wr0ng-key")
    with pytest.raises(DatafootprintError, match=r"_API_KEY was refused \(HTTP 401") as caught:
        ask(request.getfixturevalue(service), keys=wrong)
    assert "wr0ng-key" not in str(caught.value)


def test_the_key_in_an_address_is_not_shown_when_nobody_answers(openalex, ask):
    openalex.__exit__()
    with pytest.raises(DatafootprintError, match=r"openalex: .* cannot be reached") as caught:
        ask(openalex)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("status", [200, 400])
def test_errors_of_the_query_language_are_shown(status, dimensions, ask):
    errors = {"errors": {"query": {"header": "Syntax Error", "details": ["line 1:7"]}}}
    dimensions.faults = [(200, {}, {"token": "token-9"}), (status, {}, errors)]
    with pytest.raises(DatafootprintError, match=r'"Syntax Error", "details": \["line 1:7"\]'):
        ask(dimensions)


def group(**counts):
    groups = [{"key": year.removeprefix("y"), "count": n} for year, n in counts.items()]
    return {"meta": {"count": 7}, "group_by": groups}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"meta": {"count": 0}, "group_by": []}, "not one publication for 'ImageNet'"),
        (group(y2019=1, y2021=2), "no count for 2020"),
        (group(y2019=1, y2020=2, y2021="3"), r"another form .*group_by.2.count is '3'"),
        (group(y2019=1, y2020=2, y2021=-1), r"another form .*group_by.2.count is '-1'"),
        (group(y2019=1, unknown=2), r"another form .*group_by.1.key is 'unknown'"),
        ([], r"another form .* is '\[\]'"),
        ({"group_by": [{"key": "2019", "count": 1}] * 2}, "a year occurs twice"),
    ],
)
def test_an_answer_that_cannot_be_believed_is_refused_and_kept(
    openalex, ask, tmp_path, answer, sentence
):
    openalex.faults = [(200, {}, answer)]
    with pytest.raises(DatafootprintError, match=sentence) as caught:
        ask(openalex)
    (refused,) = tmp_path.glob("*.refused")
    assert str(refused) in str(caught.value)
    kept = json.loads((refused / "responses.json").read_text())["responses"]
    assert kept[0]["response"] == answer


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ((200, {}, b"<html>Sign in</html>"), r"sent something else than JSON.*Sign in"),
        ((429, {"Retry-After": "40000"}, b"daily limit"), "daily limit.* asks to wait until"),
    ],
)
def test_what_cannot_be_an_answer_leaves_nothing(fault, sentence, openalex, ask, tmp_path):
    openalex.faults = [fault]
    with pytest.raises(DatafootprintError, match=sentence):
        ask(openalex)
    assert len(openalex.requests) == 1
    assert everything_in(tmp_path) == {}
