"""Services that refuse, fail, or answer what cannot be believed."""

import json

import pytest
from tests.services.literature.retrieving import COUNTS, ask, everything_in
from tests.services.loopback import OpenAlex

from datafootprint.errors import DatafootprintError


def test_a_passing_fault_is_waited_for_and_asked_again(dimensions, tmp_path, monkeypatch):
    monkeypatch.setattr("datafootprint.http.WITHOUT_A_TIME_S", 0.1)
    dimensions.faults = [(429, {}, b"slow down"), (503, {}, b"")]
    assert len(ask(dimensions, "dimensions", tmp_path)) == 4
    assert len(dimensions.requests) == 4


def test_a_quota_for_the_day_is_not_waited_for(openalex, tmp_path):
    openalex.faults = [(429, {"Retry-After": "40000"}, {"message": "daily limit"})]
    with pytest.raises(DatafootprintError, match=r"daily limit.* asks to wait until"):
        ask(openalex, "openalex", tmp_path)
    assert len(openalex.requests) == 1
    assert everything_in(tmp_path) == {}


@pytest.mark.parametrize("service", ["dimensions", "openalex"])
def test_a_bad_key_is_named_but_never_shown(service, request, tmp_path):
    server = request.getfixturevalue(service)
    wrong = dict.fromkeys(("DIMENSIONS_API_KEY", "OPENALEX_API_KEY"), "wr0ng-key")
    with pytest.raises(DatafootprintError, match=r"_API_KEY was refused \(HTTP 401") as caught:
        ask(server, service, tmp_path, keys=wrong)
    assert "wr0ng-key" not in str(caught.value)


def test_no_key_for_openalex_where_one_is_required(openalex, tmp_path):
    with pytest.raises(DatafootprintError, match=r"OPENALEX_API_KEY is not set \(HTTP 401"):
        ask(openalex, "openalex", tmp_path, keys={})


def test_the_key_in_an_address_is_not_shown_when_nobody_answers(tmp_path):
    with OpenAlex(COUNTS) as server:
        pass
    with pytest.raises(DatafootprintError, match=r"openalex: .* cannot be reached") as caught:
        ask(server, "openalex", tmp_path)
    assert "secret" not in str(caught.value) and caught.value.__suppress_context__


@pytest.mark.parametrize("status", [200, 400])
def test_errors_of_the_query_language_are_shown(status, dimensions, tmp_path):
    errors = {"errors": {"query": {"header": "Syntax Error", "details": ["line 1:7"]}}}
    dimensions.faults = [(200, {}, {"token": "token-9"}), (status, {}, errors)]
    with pytest.raises(DatafootprintError, match=r'"Syntax Error", "details": \["line 1:7"\]'):
        ask(dimensions, "dimensions", tmp_path)


def group(**counts):
    groups = [{"key": year.removeprefix("y"), "count": n} for year, n in counts.items()]
    return {"meta": {}, "group_by": groups}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"meta": {"count": 0}, "group_by": []}, "not one publication for 'ImageNet'"),
        (group(y2019=1, y2021=2), "no count for 2020"),
        (group(y2019=1, y2020=2, y2021="3"), "another form .*'count': '3'"),
        (group(y2019=1, y2020=2, y2021=-1), "another form .*'count': -1"),
        (group(y2019=1, unknown=2), "another form .*'key': 'unknown'"),
        ({"meta": {}, "groups": []}, "another form .* the list of years is missing"),
        ({"group_by": [{"key": "2019", "count": 1}] * 2}, "the year 2019 occurs twice"),
    ],
)
def test_an_answer_that_cannot_be_believed_is_refused_and_kept(
    openalex, tmp_path, answer, sentence
):
    openalex.faults = [(200, {}, answer)]
    with pytest.raises(DatafootprintError, match=sentence) as caught:
        ask(openalex, "openalex", tmp_path)
    (refused,) = tmp_path.iterdir()
    assert refused.name.endswith(".refused") and str(refused) in str(caught.value)
    assert (
        json.loads((refused / "responses.json").read_text())["responses"][0]["response"] == answer
    )


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"[]", b""])
def test_a_web_page_in_place_of_an_answer(openalex, tmp_path, body):
    openalex.faults = [(200, {}, body)]
    with pytest.raises(DatafootprintError, match=r"sent something else than JSON|has another form"):
        ask(openalex, "openalex", tmp_path)


def test_a_total_that_differs_is_a_warning(openalex, tmp_path, caplog):
    answer = group(y2019=1, y2020=2, y2021=3)
    answer["meta"]["count"] = 7
    openalex.faults = [(200, {}, answer)]
    ask(openalex, "openalex", tmp_path)
    assert "the years add up to 6 publications, its total is 7" in caplog.text
