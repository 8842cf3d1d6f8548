"""Tables are read, checked, sorted and written by their model."""

from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.tables import (
    Table,
    csv_text,
    read_table,
    records_of,
    table_of,
    write_table,
)

HEADER = "year,accepted,mentioning,trained\n"


class Counts(Table, key=["year"]):
    """Papers per year."""

    year: int = pa.Field(ge=1900, le=2100)
    accepted: int = pa.Field(ge=0)
    mentioning: pd.Int64Dtype = pa.Field(ge=0, nullable=True)
    trained: float = pa.Field(ge=0, nullable=True)
    source: str | None = pa.Field(nullable=True)


class Runs(Table, key=["method", "year"]):
    """Runs per method and year."""

    method: str = pa.Field(isin=["published", "described"])
    year: int
    runs: float = pa.Field(ge=0)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "counts.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_are_typed_and_sorted_by_the_key(tmp_path: Path) -> None:
    text = HEADER + "2018,336,129,43\n2017,196,75.0,28\n\n2023,1574,,\n"
    table = read_table(write(tmp_path, text), Counts)
    assert records_of(table) == [
        {"year": 2017, "accepted": 196, "mentioning": 75, "trained": 28.0, "source": None},
        {"year": 2018, "accepted": 336, "mentioning": 129, "trained": 43.0, "source": None},
        {"year": 2023, "accepted": 1574, "mentioning": None, "trained": None, "source": None},
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_what_editors_add_does_not_matter(tmp_path: Path, encoding: str) -> None:
    text = "source ,year,colour,accepted,mentioning,trained\r\nx, 2017,red,196,75,28\r\n"
    table = read_table(write(tmp_path, text, encoding), Counts)
    assert list(table.columns) == ["year", "accepted", "mentioning", "trained", "source"]
    assert records_of(table)[0] == {
        "year": 2017, "accepted": 196, "mentioning": 75, "trained": 28.0, "source": "x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADER + "2017,196,75,28\n2017,1,1,1\n", "line 3: year 2017 occurs twice"),
        (HEADER + "2017,196,75,-1\n", "line 2: trained is -1.0, but must be at least 0"),
        (HEADER + "2017,196,7.5,2\n", "line 2: mentioning is '7.5', but must be a whole number"),
        (HEADER + "2017,,7,2\n", "line 2: accepted is empty, but must be a whole number"),
        (HEADER + '2017,196,7,"2,5"\n', "must be written without a comma"),
        (HEADER + "2017,13.000,7,2\n", "accepted is '13.000', but must be written without a point"),
        (HEADER + "2017,196,75,nan\n", "trained is 'nan', but must be a finite number"),
        (HEADER + "2017,196,75,1_000\n", "trained is '1_000', but must be a finite number"),
        (HEADER + f"2017,{10**15},75,1\n", "accepted is .*, but must be at most"),
        (HEADER + "2017,196,75\n", "line 2: there are 3 cells, but 4 columns"),
        (HEADER + "2017,196,75,28,9\n", "line 2: there are 5 cells, but 4 columns"),
        (HEADER.replace("trained", "trianed"), "column 'trained' is missing; it needs year, acc"),
        (HEADER.replace("\n", ",year\n"), "column 'year' occurs twice"),
        (HEADER.replace(",", ";"), "separated by semicolons; save it with commas"),
        (HEADER.replace(",", "\t"), "separated by tabs; save it with commas"),
        ("PK\x03\x04", "a spreadsheet or an archive; save the table as CSV"),
        ("", "the file is empty; it needs the columns year, accepted, mentioning, trained"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DatafootprintError, match=sentence) as caught:
        read_table(write(tmp_path, text), Counts)
    assert "counts.csv" in str(caught.value)


def test_a_file_that_is_not_text_or_not_there_is_named(tmp_path: Path) -> None:
    for encoding in ("latin-1", "utf-16"):
        with pytest.raises(DatafootprintError, match="not UTF-8 text; save it as UTF-8"):
            read_table(write(tmp_path, HEADER + "2017,é,1,1\n", encoding), Counts)
    with pytest.raises(DatafootprintError, match=f"no such file in {tmp_path}"):
        read_table(tmp_path / "none.csv", Counts)
    with pytest.raises(DatafootprintError, match="cannot be read: Is a directory"):
        read_table(tmp_path, Counts)


def test_a_refused_table_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "old")
    row = {"year": 2017, "accepted": -1, "mentioning": None, "trained": None}
    with pytest.raises(DatafootprintError, match="year 2017: accepted is -1"):
        write_table(table_of([row], Counts), path, Counts)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_written_tables_keep_15_digits_and_the_order(tmp_path: Path) -> None:
    rows = [("described", 2018, 1 / 3), ("published", 2018, 120.0), ("published", 2017, 1e-20)]
    path = tmp_path / "runs.csv"
    write_table(table_of(rows, Runs), path, Runs)
    assert path.read_text().splitlines() == [
        "method,year,runs",
        "published,2017,1e-20",
        "published,2018,120",
        "described,2018,0.333333333333333",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "@SUM(A1)",
        "'=1",
        "'-a",
        "'tis",
        "-Aw0rrrPUF",
        "a\rb",
        "a\nb",
        "a\r\nb",
        'a"\r"b',
        "a,b",
    ],
)
@pytest.mark.parametrize("spreadsheet", [False, True])
def test_texts_come_back_as_they_were(tmp_path: Path, text: str, spreadsheet: bool) -> None:
    path = tmp_path / "counts.csv"
    row = {"year": 2017, "accepted": 1, "mentioning": 1, "trained": 0.0, "source": text}
    write_table(table_of([row], Counts), path, Counts, for_spreadsheet=spreadsheet)
    assert records_of(read_table(path, Counts, of_spreadsheet=spreadsheet)) == [row]
    cell = path.read_text().split("2017,1,1,0,")[1].strip('"')
    assert not spreadsheet or cell[0] not in "=@+-"


def test_formulas_are_guarded_where_a_spreadsheet_saves_the_file() -> None:
    text = csv_text([["-Aw0rrrPUF", None, True, -1.5, "a\rb"]], for_spreadsheet=True)
    assert text == '\'-Aw0rrrPUF,,true,-1.5,"a\rb"\n'
