"""Dated folders: names, choice of the day, nothing overwritten."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datafootprint.errors import DatafootprintError
from datafootprint.snapshots import (
    choose_day,
    edited,
    snapshot_days,
    snapshot_name,
    take_snapshot,
)

TODAY = date(2026, 11, 22)


def keep(folder, day, count=7, error=None):
    """Take a snapshot whose file holds a count; return the file."""

    def fill(filling):
        (filling / "file").write_text(str(count))
        if error:
            raise error("no")
        return read(filling / "file")

    def read(path):
        return {"papers": int(path.read_text())}

    return take_snapshot({"snapshots": folder, "name": "n", "day": day}, "file", fill, read)


def test_latest_is_the_newest_then_the_one_begun_then_today(tmp_path):
    assert choose_day("latest", tmp_path / "none", "n", TODAY) == "2026-11-22"
    assert choose_day("latest", tmp_path, "n", TODAY, begun=["2026-11-20"]) == "2026-11-20"
    keep(tmp_path, "2026-01-02")
    keep(tmp_path, "2025-12-31")
    (tmp_path / "n_2026-11-01.refused").mkdir()
    (tmp_path / "n_other_2026-11-01").mkdir()
    assert snapshot_days(tmp_path, "n") == ["2025-12-31", "2026-01-02"]
    assert choose_day("latest", tmp_path, "n", TODAY, begun=["2026-11-20"]) == "2026-01-02"
    assert choose_day("2025-12-31", tmp_path, "n", TODAY) == "2025-12-31"
    assert choose_day("2026-11-22", tmp_path, "n", TODAY) == "2026-11-22"
    with pytest.raises(DatafootprintError, match=r"of 2026-11-21 .*one of 2025-12-31, 2026-01-02"):
        choose_day("2026-11-21", tmp_path, "n", TODAY)


def test_a_snapshot_is_as_it_was_retrieved_or_edited(tmp_path):
    wanted = {"snapshots": tmp_path, "name": "n", "day": "2026-11-22"}
    assert edited(wanted, "file") is None
    keep(tmp_path, "2026-11-22")
    assert edited(wanted, "file") is None
    path = tmp_path / "n_2026-11-22" / "file"
    path.write_text("b")
    assert edited(wanted, "file") is not None
    path.unlink()
    with pytest.raises(DatafootprintError, match="file: there is no such file; put it back"):
        edited(wanted, "file")


def test_a_snapshot_is_never_overwritten(tmp_path):
    keep(tmp_path, "2026-11-22", 7)
    assert keep(tmp_path, "2026-11-22", 8).read_text() == "7"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_fall_by_more_than_a_tenth_is_refused(tmp_path):
    keep(tmp_path, "2026-11-20", 10)
    keep(tmp_path, "2026-11-21", 9)
    with pytest.raises(DatafootprintError, match=r"papers fell from 9 \(2026-11-21\) to 8"):
        keep(tmp_path, "2026-11-22", 8)
    assert snapshot_days(tmp_path, "n") == ["2026-11-20", "2026-11-21"]


@pytest.mark.parametrize(("error", "left"), [(KeyError, []), (DatafootprintError, ["refused"])])
def test_a_snapshot_that_is_not_finished_is_none(error, left, tmp_path):
    with pytest.raises(error):
        keep(tmp_path, "2026-11-22", error=error)
    assert [path.name.rpartition(".")[2] for path in tmp_path.iterdir()] == left
    assert snapshot_days(tmp_path, "n") == []


texts = st.text(max_size=8)


@given(st.lists(texts, min_size=1, max_size=3), st.lists(texts, min_size=1, max_size=3))
def test_different_queries_have_different_names_that_are_file_names(one, other):
    assert (snapshot_name(*one) == snapshot_name(*other)) == (one == other)
    assert "/" not in snapshot_name(*one)
