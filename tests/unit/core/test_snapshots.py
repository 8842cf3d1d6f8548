"""Dated folders: names, choice of the day, nothing overwritten."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datafootprint.errors import DatafootprintError
from datafootprint.snapshots import (
    choose_day,
    edited,
    new_snapshot,
    snapshot_days,
    snapshot_name,
)

TODAY = date(2026, 11, 22)


def keep(folder, day, content="a"):
    with new_snapshot(folder, "n", day) as filling:
        (filling / "file").write_text(content)


def test_latest_is_the_newest_then_the_one_begun_then_today(tmp_path):
    assert choose_day("latest", tmp_path / "none", "n", TODAY) == "2026-11-22"
    assert choose_day("latest", tmp_path, "n", TODAY, begun="2026-11-20") == "2026-11-20"
    keep(tmp_path, "2026-01-02")
    keep(tmp_path, "2025-12-31")
    (tmp_path / "n_2026-11-01.refused").mkdir()
    (tmp_path / "n_other_2026-11-01").mkdir()
    assert snapshot_days(tmp_path, "n") == ["2025-12-31", "2026-01-02"]
    assert choose_day("latest", tmp_path, "n", TODAY, begun="2026-11-20") == "2026-01-02"
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
    keep(tmp_path, "2026-11-22", "first")
    with pytest.raises(DatafootprintError, match="already a snapshot of 2026-11-22"):
        keep(tmp_path, "2026-11-22", "second")
    assert (tmp_path / "n_2026-11-22" / "file").read_text() == "first"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("error", "left"), [(KeyError, []), (DatafootprintError, ["refused"])])
def test_a_snapshot_that_is_not_finished_is_none(error, left, tmp_path):
    with pytest.raises(error), new_snapshot(tmp_path, "n", "2026-11-22") as filling:
        (filling / "file").write_text("half")
        raise error("no")
    assert [path.name.rpartition(".")[2] for path in tmp_path.iterdir()] == left
    assert snapshot_days(tmp_path, "n") == []


texts = st.text(max_size=8)


@given(st.lists(texts, min_size=1, max_size=3), st.lists(texts, min_size=1, max_size=3))
def test_different_queries_have_different_names_that_are_file_names(one, other):
    assert (snapshot_name(*one) == snapshot_name(*other)) == (one == other)
    assert "/" not in snapshot_name(*one)
