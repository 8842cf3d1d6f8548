"""Logging in, and each way in which it fails, told in words and without secrets."""

import logging
from collections import deque
from typing import Any

import pytest
from tests.services.papers.openreview_server import OpenReview, as_json, paper_v1, paper_v2

from datafootprint.errors import DatafootprintError
from datafootprint.papers.listing import list_papers
from datafootprint.papers.papers_params import check_openreview

Settings = dict[str, Any]
SECRET = "correct horse"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, v2: OpenReview) -> None:
    monkeypatch.setenv("OPENREVIEW_USERNAME", "me@example.org")
    monkeypatch.setenv("OPENREVIEW_PASSWORD", SECRET)
    v2.guests = "challenged"
    v2.notes = [paper_v2(1)]


def failure(settings: Settings, year: int = 2024) -> str:
    with pytest.raises(DatafootprintError) as caught:
        list_papers(settings, "ICLR", year)
    return str(caught.value)


@pytest.mark.usefixtures("account")
def test_logged_in(v2: OpenReview, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert len(list_papers(settings, "ICLR", 2024)) == 1
    assert [path for path, _ in v2.requests] == ["/login", "/notes", "/notes"]
    assert SECRET not in caplog.text


@pytest.mark.usefixtures("account")
def test_v1_logs_in_at_the_host_of_v2(v1: OpenReview, v2: OpenReview, settings: Settings) -> None:
    v1.guests = "challenged"
    invitation = "ICLR.cc/2022/Conference/-/Blind_Submission"
    v1.notes = [paper_v1(1, invitation, venue="ICLR 2022 Oral")]
    assert len(list_papers(settings, "ICLR", 2022)) == 1
    assert ("/login", {}) in v2.requests
    assert ("/login", {}) not in v1.requests


def test_token(v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    v2.guests = "challenged"
    v2.notes = [paper_v2(1)]
    monkeypatch.setenv("OPENREVIEW_TOKEN", "Bearer token-of-a-session")
    assert len(list_papers(settings, "ICLR", 2024)) == 1


def test_an_expired_token(
    v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENREVIEW_TOKEN", "old-and-secret")
    message = "Token old-and-secret has expired, please log in again"
    answer = as_json({"name": "TokenExpiredError", "message": message, "status": 401}, 401)
    v2.faults["/notes"] = deque([answer])
    said = failure(settings)
    assert "unset OPENREVIEW_TOKEN or set a new one" in said
    assert "old-and-secret" not in said


@pytest.mark.usefixtures("account")
def test_a_wrong_password(
    v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENREVIEW_PASSWORD", "wrong horse")
    said = failure(settings)
    assert "correct OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD" in said
    assert "wrong horse" not in said


@pytest.mark.usefixtures("account")
def test_a_second_factor(
    v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    v2.second_factor = "123456"
    assert "OPENREVIEW_MFA_CODE" in failure(settings)
    monkeypatch.setenv("OPENREVIEW_MFA_CODE", "000000")
    assert "Invalid code" in failure(settings)
    monkeypatch.setenv("OPENREVIEW_MFA_CODE", "123456")
    assert len(list_papers(settings, "ICLR", 2024)) == 1


def test_guests_are_challenged(v2: OpenReview, settings: Settings) -> None:
    v2.guests = "challenged"
    assert "no robot: set OPENREVIEW_USERNAME" in failure(settings)


def test_an_account_that_is_challenged_is_not_told_to_log_in(
    v2: OpenReview, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENREVIEW_TOKEN", "of-an-old-session")
    v2.guests = "challenged"
    said = failure(settings)
    assert "although you are logged in: the session may have expired" in said
    assert "no robot" not in said


def test_guests_get_a_web_page(v2: OpenReview, settings: Settings) -> None:
    v2.guests = "html"
    said = failure(settings)
    assert "check of the browser" in said
    assert "OPENREVIEW_USERNAME" in said


def test_hosts_that_are_swapped(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENREVIEW_TOKEN", "token-of-a-session")
    # Only the clients' own check of the name is reached: no request is made.
    settings["openreview"]["baseurl_v2"] = "https://api.openreview.net"
    assert "the host of the other API: set papers.openreview.baseurl_v1" in failure(settings)


def test_missing_credentials_are_named_before_anything_runs(settings: Settings) -> None:
    settings["openreview"]["baseurl_v2"] = "https://api2.openreview.net"
    with pytest.raises(DatafootprintError, match="answers no guests and no credentials are set"):
        check_openreview(settings)
