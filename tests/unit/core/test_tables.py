"""Tables are read, checked, sorted and written by their schema."""

import pytest

from datafootprint.errors import DatafootprintError
from datafootprint.legacy_tables import (
    SCHEMAS,
    check_rows,
    csv_lines,
    load_schema,
    read_rows,
    write_rows,
)

HEADER = "year,accepted,mentioning,trained\n"


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "counts.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_are_typed_and_sorted_by_the_key(tmp_path):
    path = write(tmp_path, HEADER + "2018,336,129,43\n2017,196,75,28\n2023,1574,,\n")
    assert read_rows(path, "usage_counts") == [
        {"year": 2017, "accepted": 196, "mentioning": 75, "trained": 28},
        {"year": 2018, "accepted": 336, "mentioning": 129, "trained": 43},
        {"year": 2023, "accepted": 1574, "mentioning": None, "trained": None},
    ]


def test_whole_numbers_may_be_written_as_pandas_writes_them(tmp_path):
    (row,) = read_rows(write(tmp_path, HEADER + "2017,196.0,75.,28.0\n"), "usage_counts")
    assert [type(value) for value in row.values()] == [int] * 4


def test_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path):
    text = (HEADER + "2017,196,75,28\n").replace("\n", "\r\n")
    path = write(tmp_path, text, "utf-8-sig")
    assert read_rows(path, "usage_counts")[0]["trained"] == 28


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEADER + "2017,196,75,28\n2017,1,1,1\n", "year 2017 occurs twice"),
        (HEADER + "2017,196,75,-1\n", "year 2017: trained: -1 is less than the minimum of 0"),
        (HEADER + "2017,196,7.5,2\n", 'mentioning: "7.5" is not of type'),
        (HEADER + "2017,196,75\n", "line 2: expected 4 cells"),
        (HEADER + "2017,196,75,28,9\n", "line 2: expected 4 cells"),
        ("year,accepted\n2017,196\n", "column 'mentioning' is missing"),
        (HEADER.replace("trained", "trianed"), "column 'trained' is missing"),
        (HEADER.replace("\n", ",colour\n"), "unknown column 'colour'"),
        (HEADER.replace("\n", ",year\n"), "column 'year' occurs twice"),
        (
            HEADER.replace("year", "Year"),
            "'year' is missing; it needs year, accepted, mentioning, trained; it may have source, ",
        ),
        (HEADER.replace(",", ";"), "separated by semicolons; save it with commas"),
        ("", "the file is empty; it needs the columns year, accepted, mentioning, trained"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(tmp_path, text, sentence):
    with pytest.raises(DatafootprintError, match=sentence) as caught:
        read_rows(write(tmp_path, text), "usage_counts")
    assert "counts.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_key_is_named_by_what_it_has():
    rows = [
        {"file": "a.csv", "run_id": None, "model": "m", "subset": "full", "epochs": 9},
    ] * 2
    with pytest.raises(DatafootprintError, match=r"runs\.csv: file a\.csv occurs twice"):
        check_rows(rows, "energy_runs", "runs.csv")


def test_a_file_that_is_not_text_or_not_there_is_named(tmp_path):
    with pytest.raises(DatafootprintError, match="not UTF-8"):
        read_rows(write(tmp_path, HEADER + "2017,é,1,1\n", "latin-1"), "usage_counts")
    with pytest.raises(DatafootprintError, match="no such file"):
        read_rows(tmp_path / "none.csv", "usage_counts")


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_numbers_that_are_not_finite_are_refused(tmp_path, number):
    path = tmp_path / "per_capita.csv"
    path.write_text(f"gas_basis,t_per_person,year,source\nco2,{number},2023,x\n")
    with pytest.raises(DatafootprintError, match="not a finite number"):
        read_rows(path, "per_capita_emissions")


def test_a_refused_table_leaves_the_old_file_alone(tmp_path):
    path = write(tmp_path, "old")
    with pytest.raises(DatafootprintError):
        write_rows([{"year": 2017, "accepted": -1}], path, "usage_counts")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_written_tables_keep_15_digits_and_the_column_order(tmp_path):
    rows = [
        {"method": "as_described", "year": 2018, "publications": 1, "trained_share": 1 / 3},
        {"method": "as_published", "year": 2018, "publications": 1, "trained_share": 0.5},
    ]
    path = tmp_path / "runs.csv"
    write_rows([{**row, "runs": 46179.244999999995} for row in rows], path, "training_runs")
    assert path.read_text().splitlines() == [
        ",".join(load_schema("training_runs")["properties"]),
        "as_published,2018,1,0.5,46179.245",
        "as_described,2018,1,0.333333333333333,46179.245",
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "'=1", "'-a", "'tis", "x"]
)
def test_no_cell_is_a_formula_and_nothing_is_lost(tmp_path, text):
    path = tmp_path / "publications.csv"
    rows = [{"year": 2017, "publications": 5, "source": text, "retrieved": None}]
    write_rows(rows, path, "publications")
    assert path.read_text().splitlines()[1].split(",")[2].strip('"')[0] not in "=@+-"
    assert read_rows(path, "publications")[0]["source"] == text


def test_identifiers_that_begin_with_a_dash_stay_as_they_are(tmp_path):
    path = tmp_path / "publications.csv"
    write_rows([{"year": 2017, "publications": 5, "source": "-Aw0rrrPUF"}], path, "publications")
    assert ",-Aw0rrrPUF," in path.read_text()
    (line,) = csv_lines([["-Aw0rrrPUF", None, True, -1.5, "a\rb"]], guard_identifiers=True)
    assert line == '\'-Aw0rrrPUF,,true,-1.5,"a\rb"\n'


def test_a_column_that_may_be_empty_says_so_in_its_type():
    """An empty cell is read as None by the type of its column, not by its list of values."""
    for path in SCHEMAS.glob("*.schema.yaml"):
        for column, schema in load_schema(path.name.split(".")[0])["properties"].items():
            if None in schema.get("enum", []):
                assert "null" in schema.get("type", []), f"{path.name}: {column}"
