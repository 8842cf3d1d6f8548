"""Folders of PDFs, the venue table, and the years that are read."""

import csv
import re
from pathlib import Path

import pytest
from tests.conftest import ROOT

from datafootprint.config import default_config
from datafootprint.errors import DatafootprintError
from datafootprint.papers.folder import find_in_folder, folder_state, list_folder
from datafootprint.papers.papers_params import find_venue_year, live_files, shipped_venues

CONFIG = default_config(ROOT)


def test_folder_by_name(tmp_path: Path) -> None:
    (tmp_path / "2024").mkdir()
    for name in ("b.pdf", "a.PDF", "notes.txt"):
        (tmp_path / "2024" / name).touch()
    rows = list_folder(tmp_path, 2024)
    assert [row.paper_id for row in rows] == ["a", "b"]
    assert rows[1].pdf_url == str(tmp_path / "2024" / "b.pdf")
    with pytest.raises(DatafootprintError, match=r"no papers of 2023; papers.years has that year"):
        list_folder(tmp_path, 2023)
    with pytest.raises(DatafootprintError, match=r"no such folder"):
        list_folder(tmp_path / "none", 2024)
    found = find_in_folder(tmp_path, rows[1:])
    assert found == {"b": str(tmp_path / "2024" / "b.pdf")}


def test_pdfs_that_are_not_read_are_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("2024/a.pdf", "2023/b.pdf"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    assert len(list_folder(tmp_path, 2024)) == 1
    assert not caplog.messages
    (tmp_path / "misc" / "2024").mkdir(parents=True)
    for name in ("2026x.pdf", "loose.PDF", "misc/x.pdf", "misc/2024/y.pdf"):
        (tmp_path / name).touch()
    assert len(list_folder(tmp_path, 2024)) == 1
    (warning,) = caplog.messages
    assert re.search(r"4 PDFs are not read, first .*2026x.pdf; put them into <year>/", warning)


def test_folder_by_manifest(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        "paper_id,title,year,file,remark\nx,On X,2024,deep/some.pdf,mine\ny,,2023,y.pdf,\n"
    )
    with pytest.raises(DatafootprintError, match=r"1 of 1 files of 2024 are missing"):
        list_folder(tmp_path, 2024)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "some.pdf").touch()
    (row,) = list_folder(tmp_path, 2024)
    assert (row.paper_id, row.title) == ("x", "On X")
    manifest.write_text("paper_id,title,year,file\nx,,2024,a\nx,,2024,b\n")
    with pytest.raises(DatafootprintError, match=r"paper_id x occurs twice"):
        list_folder(tmp_path, 2024)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (["folder.pdf/x"], "1 of 1 files of 2024 are missing, first .*folder.pdf"),
        (["a.pdf", "a (1).pdf", "b.pdf"], r"a.pdf and .*/a \(1\).pdf have the same content"),
        (["caf\u00e9.pdf", "cafe\u0301.pdf"], "have the same content, so one paper would count"),
    ],
)
def test_what_would_change_the_number_of_papers_is_refused(
    files: list[str], sentence: str, tmp_path: Path
) -> None:
    for name in files:
        path = tmp_path / "2024" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF b" if name == "b.pdf" else b"%PDF a")
    with pytest.raises(DatafootprintError, match=sentence):
        list_folder(tmp_path, 2024)


@pytest.mark.parametrize("by_manifest", [False, True])
def test_a_pdf_in_two_years_is_refused(by_manifest: bool, tmp_path: Path) -> None:
    for name in ("2023/a.pdf", "2025/twin.pdf", "2026/c.pdf"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"%PDF a")
    if by_manifest:
        (tmp_path / "manifest.csv").write_text(
            "paper_id,title,year,file\na,,2023,2023/a.pdf\nt,,2025,2025/twin.pdf\n"
        )
    assert len(list_folder(tmp_path, 2025, [2025])) == 1
    for year in (2023, 2025):
        with pytest.raises(DatafootprintError, match=r"(a|twin).pdf have the same content"):
            list_folder(tmp_path, year, [2023, 2025])


def test_papers_without_their_pdf_may_be_alike(tmp_path: Path) -> None:
    (tmp_path / "2024").mkdir()
    for number, content in enumerate([b"", b"", b"<html>Log in", b"<html>Log in"]):
        (tmp_path / "2024" / f"{number}.pdf").write_bytes(content)
    assert len(list_folder(tmp_path, 2024)) == 4


def test_a_manifest_that_does_not_fit_its_folder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.symlink_to("nowhere.csv")
    for read in (list_folder, folder_state):
        with pytest.raises(DatafootprintError, match=r"manifest.csv: there is no such file"):
            read(tmp_path, 2024)
    manifest.unlink()
    for name in ("x.pdf", "y.pdf"):
        (tmp_path / name).touch()
    manifest.write_text("paper_id,title,year,file\nx,,2024,x.pdf\n")
    assert len(list_folder(tmp_path, 2024)) == 1
    assert "1 PDFs are not read, first" in caplog.messages[0]
    manifest.write_text("paper_id,title,year,file\nx,,2024,x.pdf\ny,,2023,./x.pdf\n")
    (tmp_path / "x.pdf").write_bytes(b"%PDF")
    with pytest.raises(DatafootprintError, match=r"x.pdf have the same content"):
        list_folder(tmp_path, 2024, [2023, 2024])


def test_state_of_a_folder_changes_with_the_files_of_its_year(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "papers", tmp_path / "elsewhere"
    for place in (folder, elsewhere):
        place.mkdir()
    (folder / "linked").symlink_to(elsewhere)
    (folder / "manifest.csv").write_text(
        "paper_id,title,year,file\nx,,2024,linked/x.pdf\ny,,2023,linked/y.pdf\n"
    )
    (elsewhere / "x.pdf").write_bytes(b"1")
    before = folder_state(folder, 2024)
    (elsewhere / "y.pdf").write_bytes(b"1")
    assert folder_state(folder, 2024) == before
    (elsewhere / "x.pdf").write_bytes(b"12")
    assert folder_state(folder, 2024) != before


def test_venue_table_has_the_published_counts() -> None:
    with (ROOT / "data" / "imagenet-1k" / "usage_counts.csv").open() as stream:
        accepted = {int(row["year"]): int(row["accepted"]) for row in csv.DictReader(stream)}
    table = shipped_venues()["ICLR"]
    assert sorted(table) == list(range(2017, 2027))
    assert {year: table[year]["published"] for year in accepted} == accepted
    for rule in table.values():
        for place in rule["decisions"]:
            assert not set(place["accepted"]) & set(place["not_accepted"])


def test_venues_that_the_table_lacks() -> None:
    more = {"ICLR": {"2027": {"api": "v2"}}}
    assert find_venue_year(more, "ICLR", 2027) == {"api": "v2"}
    with pytest.raises(DatafootprintError, match=r"papers.venue is 'ICML' .* no such venue"):
        find_venue_year(more, "ICML", 2024)
    with pytest.raises(DatafootprintError, match=r"papers.years has 2016"):
        find_venue_year(more, "ICLR", 2016)


def test_files_of_the_years_that_are_read() -> None:
    with pytest.raises(DatafootprintError, match=r"papers.source is null"):
        live_files(CONFIG["papers"], "{venue}-{year}")
    papers = CONFIG["papers"] | {"source": "folder", "years": [2023, 2024]}
    assert live_files(papers, "{venue}-{year}.csv") == ["folder-2023.csv", "folder-2024.csv"]
    papers |= {"venue": "CVPR", "years": [2024]}
    assert live_files(papers, "{venue}-{year}.csv") == ["CVPR-2024.csv"]
    papers |= {"venue": None, "source": "openreview"}
    assert live_files(papers, "{venue}-{year}.csv") == ["ICLR-2024.csv"]
