"""PDFs from loopback servers and folders: fetched once, whole, and kept."""

import hashlib
import io
import zipfile
from collections import deque
from pathlib import Path

import pytest
from tests.services.papers.downloading import Settings, asked, get, offer, pdf
from tests.services.papers.openreview_server import Answer, OpenReview, paper_v1

from datafootprint.errors import DatafootprintError
from datafootprint.papers.pdfs import pdf_path


def test_archives_of_fifty(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 120)
    rows = get(settings)
    assert [len(query["ids"].split(",")) for query in asked(v2, "/attachment")] == [50, 50, 20]
    for paper_id, content in v2.pdfs.items():
        row = rows[paper_id]
        assert row["sha256"] == hashlib.sha256(content).hexdigest()
        assert (row["status"], row["source"]) == ("ok", "openreview")
        assert Path(row["file"]).read_bytes() == content
        assert row["bytes"] == len(content)
    v2.requests.clear()
    assert get(settings) == rows
    assert v2.requests == []


def test_two_papers_with_one_pdf_are_named(
    v2: OpenReview, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    offer(v2, 3)
    v2.pdfs["v2_00003"] = v2.pdfs["v2_00001"]
    get(settings)
    assert "the papers v2_00001, v2_00003 have the same PDF" in caplog.text


def test_v1_hands_out_one_at_a_time(v1: OpenReview, settings: Settings) -> None:
    invitation = "ICLR.cc/2022/Conference/-/Blind_Submission"
    v1.notes = [paper_v1(i, invitation, venue="ICLR 2022 Oral") for i in (1, 2)]
    v1.pdfs = {note["id"]: pdf(note["id"]) for note in v1.notes}
    rows = get(settings, 2022)
    assert {row["status"] for row in rows.values()} == {"ok"}
    assert [query["id"] for query in asked(v1, "/pdf")] == ["v1_00001", "v1_00002"]


def test_one_paper_without_pdf_does_not_spoil_the_archive(
    v2: OpenReview, settings: Settings
) -> None:
    offer(v2, 8)
    del v2.pdfs["v2_00005"]
    rows = get(settings)
    assert rows.pop("v2_00005")["status"] == "not_found"
    assert {row["status"] for row in rows.values()} == {"ok"}
    v2.requests.clear()
    get(settings)
    assert v2.requests == []


def test_an_archive_that_lacks_a_member(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 3)
    v2.member_name = lambda number, title: "other.pdf" if number == 2 else f"{number}_{title}.pdf"
    rows = get(settings)
    assert rows["v2_00002"]["sha256"] == hashlib.sha256(v2.pdfs["v2_00002"]).hexdigest()
    assert [query["id"] for query in asked(v2, "/attachment")[1:]] == ["v2_00002"]


def test_names_that_are_not_understood(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 3)
    v2.member_name = lambda number, title: f"{title}.pdf"
    with pytest.raises(DatafootprintError, match=r"papers.openreview.pdfs_per_request to 1"):
        get(settings)
    settings["openreview"]["pdfs_per_request"] = 1
    assert {row["status"] for row in get(settings).values()} == {"ok"}


def test_what_is_no_usable_pdf(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 5)
    whole = pdf("v2_00003")
    bad = {
        "v2_00001": (b"<!DOCTYPE html><p>Sorry", "not_pdf"),
        "v2_00002": (b"", "not_pdf"),
        "v2_00003": (whole[: len(whole) // 2], "truncated"),
        "v2_00004": (pdf("x") + b" " * 6_000_000 + b"%%EOF", "too_large"),
    }
    for paper_id, (content, _) in bad.items():
        v2.pdfs[paper_id] = content
    rows = get(settings)
    assert {key: row["status"] for key, row in rows.items()} == {
        **{key: status for key, (_, status) in bad.items()},
        "v2_00005": "ok",
    }
    assert all(row["detail"] for key, row in rows.items() if key != "v2_00005")
    # Tried again, but not what is there.
    v2.requests.clear()
    offer(v2, 5)
    assert {row["status"] for row in get(settings).values()} == {"ok"}
    ids = "v2_00001,v2_00002,v2_00003,v2_00004"
    assert asked(v2, "/attachment") == [{"name": "pdf", "ids": ids}]


def test_a_folder_comes_before_the_network(
    v2: OpenReview, settings: Settings, tmp_path: Path
) -> None:
    offer(v2, 3)
    folder = tmp_path / "mine"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "v2_00001.pdf").write_bytes(pdf("mine"))
    (folder / "2024" / "v2_00002.pdf").write_bytes(b"")
    settings["folder"] = str(folder)
    rows = get(settings)
    assert [row["source"] for row in rows.values()] == ["folder", "openreview", "openreview"]
    assert rows["v2_00001"]["file"] == str(folder / "2024" / "v2_00001.pdf")
    assert asked(v2, "/attachment") == [{"name": "pdf", "ids": "v2_00002,v2_00003"}]


def test_a_paper_without_link(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 1)
    del v2.notes[0]["content"]["pdf"]
    assert get(settings)["v2_00001"]["status"] == "no_link"


def test_a_file_that_vanished_from_the_cache_is_fetched_again(
    v2: OpenReview, settings: Settings
) -> None:
    offer(v2, 2)
    rows = get(settings)
    pdf_path(settings["cache_dir"], rows["v2_00002"]["sha256"]).unlink()
    v2.requests.clear()
    assert get(settings) == rows
    assert asked(v2, "/attachment") == [{"name": "pdf", "id": "v2_00002"}]


def test_papers_with_one_number_are_asked_for_singly(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 3)
    v2.notes[1]["number"] = v2.notes[0]["number"]
    rows = get(settings)
    for paper_id, content in v2.pdfs.items():
        assert rows[paper_id]["sha256"] == hashlib.sha256(content).hexdigest()
    singly = [query["id"] for query in asked(v2, "/attachment")[1:]]
    assert singly == ["v2_00001", "v2_00002"]


def test_one_pdf_may_come_in_an_archive(v2: OpenReview, settings: Settings) -> None:
    offer(v2, 1)
    (content,) = v2.pdfs.values()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("7_Paper.pdf", content)
    v2.faults["/attachment"] = deque([Answer(200, stream.getvalue(), kind="application/zip")])
    row = get(settings)["v2_00001"]
    assert row["sha256"] == hashlib.sha256(content).hexdigest()
    assert asked(v2, "/attachment") == [{"name": "pdf", "id": "v2_00001"}]
