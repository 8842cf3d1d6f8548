"""Listings of accepted papers, with the real clients against loopback servers."""

import json
import logging
from collections import deque
from pathlib import Path
from typing import Any

import pytest
from tests.services.papers.openreview_server import (
    OpenReview,
    as_json,
    note_v1,
    paper_v1,
    paper_v2,
)

from datafootprint.errors import DatafootprintError
from datafootprint.papers.listing import list_papers

Settings = dict[str, Any]


def listed(settings: Settings, year: int, venue: str = "ICLR") -> dict[str, str]:
    return {paper.paper_id: paper.decision for paper in list_papers(settings, venue, year)}


def blind(year: int) -> str:
    return f"ICLR.cc/{year}/Conference/-/Blind_Submission"


def test_2017_venue_outranks_the_older_reply(v1: OpenReview, settings: Settings) -> None:
    invitation = "ICLR.cc/2017/conference/-/submission"

    def paper(number: int, decision: str, **content: str) -> dict[str, Any]:
        name = f"ICLR.cc/2017/conference/-/paper{number}/acceptance"
        reply = {"invitation": name, "content": {"decision": decision}}
        other = {"invitation": "ICLR.cc/2017/conference/-/paper9/official/review", "content": {}}
        return paper_v1(number, invitation, [other, reply], **content)

    v1.notes = [
        paper(1, "Accept (Oral)"),
        paper(2, "Accept (Poster)", venue="ICLR 2017 Invite to Workshop"),
        paper(3, "Reject", venue="ICLR 2017 Poster"),
        paper(4, "Invite to Workshop Track"),
        paper(5, "Reject", venueid="ICLR.cc/2017/conference"),
    ]
    assert listed(settings, 2017) == {"v1_00001": "Accept (Oral)", "v1_00003": "ICLR 2017 Poster"}


def test_2018_decisions_are_notes_of_their_own(v1: OpenReview, settings: Settings) -> None:
    decision = "ICLR.cc/2018/Conference/-/Acceptance_Decision"
    v1.notes = [
        *(paper_v1(number, blind(2018)) for number in (1, 2, 3)),
        note_v1("d1", "v1_00001", decision, decision="Accept (Poster)"),
        note_v1("d2", "v1_00002", decision, decision="Reject"),
        note_v1("d3", "v1_00003", decision, decision="Invite to Workshop Track"),
        # Accepted, then withdrawn: no longer among the submissions.
        paper_v1(4, "ICLR.cc/2018/Conference/-/Withdrawn_Submission"),
        note_v1("d4", "v1_00004", decision, decision="Accept (Oral)"),
    ]
    assert listed(settings, 2018) == {"v1_00001": "Accept (Poster)", "v1_00004": "Accept (Oral)"}


@pytest.mark.parametrize(
    ("year", "name", "field", "accepted"),
    [
        (2019, "ICLR.cc/2019/Conference/-/Paper{}/Meta_Review", "recommendation", "Accept (Oral)"),
        (2020, "ICLR.cc/2020/Conference/Paper{}/-/Decision", "decision", "Accept (Talk)"),
    ],
)
def test_decisions_in_replies(
    v1: OpenReview, settings: Settings, year: int, name: str, field: str, accepted: str
) -> None:
    def paper(number: int, decision: str) -> dict[str, Any]:
        reply = {"invitation": name.format(number), "content": {field: decision}}
        return paper_v1(number, blind(year), [reply])

    v1.notes = [paper(1, accepted), paper(2, "Reject"), paper(3, "Accept (Poster)")]
    assert sorted(listed(settings, year)) == ["v1_00001", "v1_00003"]


@pytest.mark.parametrize(
    ("year", "accepted", "rejected"),
    [
        (2021, "ICLR 2021 Spotlight", None),
        (2022, "ICLR 2022 Poster", "ICLR 2022 Submitted"),
        (2023, "ICLR 2023 notable top 5%", "Submitted to ICLR 2023"),
    ],
)
def test_decisions_in_the_venue(
    v1: OpenReview, settings: Settings, year: int, accepted: str, rejected: str | None
) -> None:
    venueid = f"ICLR.cc/{year}/Conference"
    other = {} if rejected is None else {"venue": rejected}
    v1.notes = [
        paper_v1(1, blind(year), venue=accepted, venueid=venueid),
        paper_v1(2, blind(year), venueid=venueid, **other),
        paper_v1(3, f"{venueid}/-/Withdrawn_Submission", venue=accepted),
    ]
    assert listed(settings, year) == {"v1_00001": accepted}


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_v2_takes_the_bare_venueid(v2: OpenReview, settings: Settings, year: int) -> None:
    v2.notes = [
        paper_v2(1, year),
        paper_v2(2, year, "/Rejected_Submission"),
        paper_v2(3, year, "/Withdrawn_Submission"),
        paper_v2(4, year - 1),
    ]
    (paper,) = list_papers(settings, "ICLR", year)
    assert (paper.paper_id, paper.number, paper.year) == ("v2_00001", 1, year)
    assert paper.pdf_url == f"{v2.url}/pdf/{1:040x}.pdf"


def test_another_venue_is_an_entry_of_the_configuration(v2: OpenReview, settings: Settings) -> None:
    venueid = "NeurIPS.cc/2023/Conference"
    v2.notes = [paper_v2(1, 2023, venueid=venueid), paper_v2(2, 2023)]
    place = {"at": "submission", "field": "venueid", "accepted": [venueid], "not_accepted": []}
    rule = {"api": "v2", "submissions": {"venueid": venueid}, "decisions": [place]}
    settings["venues"] = {"NeurIPS": {2023: rule}}
    assert list(listed(settings, 2023, "NeurIPS")) == ["v2_00001"]


def test_pages(v1: OpenReview, v2: OpenReview, settings: Settings) -> None:
    v2.notes = [paper_v2(number) for number in range(2500)]
    assert len(listed(settings, 2024)) == 2500
    queries = [query for path, query in v2.requests if path == "/notes"]
    assert [query.get("after") for query in queries] == [
        *(None, "v2_00999", "v2_01999", "v2_02499"),
    ]
    assert queries[0]["count"] == "true"
    v1.notes = [paper_v1(number, blind(2022), venue="ICLR 2022 Oral") for number in range(1000)]
    assert len(listed(settings, 2022)) == 1000
    assert all("details" not in query for _, query in v1.requests)


def test_a_listing_is_asked_for_once(v2: OpenReview, settings: Settings) -> None:
    v2.notes = [paper_v2(1)]
    first = list_papers(settings, "ICLR", 2024)
    v2.requests.clear()
    assert list_papers(settings, "ICLR", 2024) == first
    assert v2.requests == []


def test_another_rule_is_another_listing(v2: OpenReview, settings: Settings) -> None:
    v2.notes = [paper_v2(1), paper_v2(2, status="/Late")]
    assert list(listed(settings, 2024)) == ["v2_00001"]
    venueid = "ICLR.cc/2024/Conference/Late"
    place = {"at": "submission", "field": "venueid", "accepted": [venueid], "not_accepted": []}
    rule = {"api": "v2", "submissions": {"venueid": venueid}, "decisions": [place]}
    settings["venues"] = {"ICLR": {2024: rule}}
    assert list(listed(settings, 2024)) == ["v2_00002"]


def test_a_title_that_no_file_can_hold(v2: OpenReview, settings: Settings) -> None:
    v2.notes = [paper_v2(1, title="On \ud83d things\n")]
    assert list_papers(settings, "ICLR", 2024)[0].title == "On things"


def test_counts_that_differ_are_named(
    v2: OpenReview, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    v2.notes = [paper_v2(number) for number in range(2264)]
    with caplog.at_level(logging.WARNING, "datafootprint"):
        listed(settings, 2024)
    assert "2264 accepted papers, published are 2260" in caplog.text
    caplog.clear()
    settings["cache_dir"] += "2"
    v2.notes.pop()
    listed(settings, 2024)
    assert "published" not in caplog.text


def test_faults_of_a_listing(v1: OpenReview, v2: OpenReview, settings: Settings) -> None:
    with pytest.raises(DatafootprintError, match=r"lists no papers.*baseurl_v2"):
        listed(settings, 2024)
    v1.notes = [paper_v1(1, blind(2022), venue="ICLR 2022 Submitted")]
    with pytest.raises(DatafootprintError, match="submissions, none of them accepted"):
        listed(settings, 2022)
    v1.notes = [paper_v1(1, blind(2022), venue="ICLR 2022 Best of all")]
    with pytest.raises(DatafootprintError, match=r"v1_00001 has the unknown decision 'ICLR 2022 B"):
        listed(settings, 2022)
    v1.notes = [paper_v1(1, blind(2022))]
    with pytest.raises(DatafootprintError, match="v1_00001 has no decision"):
        listed(settings, 2022)
    v1.notes = [paper_v1(1, blind(2019), [])]
    with pytest.raises(DatafootprintError, match=r"no decision .reply field recommendation"):
        listed(settings, 2019)


def test_a_listing_that_ends_early(v2: OpenReview, settings: Settings) -> None:
    v2.notes = [paper_v2(number) for number in range(1500)]
    whole = v2._notes({"limit": "1000", "sort": "id", "count": "true"})
    v2.faults["/notes"] = deque([whole, as_json({"notes": []})])
    with pytest.raises(DatafootprintError, match="has 1000 notes, announced were 1500"):
        listed(settings, 2024)


def test_complete_listing_of_2017(
    v1: OpenReview, settings: Settings, shared_data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    papers = json.loads((shared_data / "iclr2017_v1_submissions.json").read_text())["notes"]
    decisions = json.loads((shared_data / "iclr2017_v1_acceptance.json").read_text())["notes"]
    for paper in papers:
        replies = [note for note in decisions if note["forum"] == paper["id"]]
        paper["details"] = {"directReplies": replies}
    v1.notes = papers
    assert len(listed(settings, 2017)) == 196
    assert "published" not in caplog.text


def test_complete_notes_of_v2(v2: OpenReview, settings: Settings, shared_data: Path) -> None:
    v2.notes = json.loads((shared_data / "openreview_v2_notes.json").read_text())["notes"]
    accepted = {
        note["id"]
        for note in v2.notes
        if note["content"]["venueid"]["value"] == "ICLR.cc/2026/Conference"
    }
    assert set(listed(settings, 2026)) == accepted
    assert len(accepted) == 66


def test_a_venue_of_all_years_takes_the_year_from_the_date(
    v2: OpenReview, settings: Settings
) -> None:
    place = {"at": "submission", "field": "venueid", "accepted": ["TMLR"], "not_accepted": []}
    rule = {"api": "v2", "submissions": {"venueid": "TMLR"}, "decisions": [place]}
    settings["venues"] = {"TMLR": dict.fromkeys((2023, 2024), rule)}
    # 2023-07-01 and 2024-07-01, in milliseconds.
    dates = {1: 1688169600000, 2: 1719792000000}
    v2.notes = [{**paper_v2(n, venueid="TMLR"), "pdate": date} for n, date in dates.items()]
    assert [list(listed(settings, year, "TMLR")) for year in (2023, 2024)] == [
        ["v2_00001"],
        ["v2_00002"],
    ]
    settings["cache_dir"] += "-new"
    del v2.notes[0]["pdate"]
    with pytest.raises(DatafootprintError, match="v2_00001 has no date of publication"):
        list_papers(settings, "TMLR", 2023)
