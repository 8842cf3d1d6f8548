"""Names in the configuration and in file names that try: no formula, nothing that runs."""

import csv
import gzip
import io
import shutil
from pathlib import Path

import pytest
import yaml
from tests.faults.test_pages import titles

pytestmark = pytest.mark.faults

EVIL = (
    "</script></title><script>document.title='owned'</script><img src=x"
    " onerror=\"document.title='owned'\"><svg onload=\"document.title='owned'\">'\"`{{7*7}}"
)
FORMULAS = ("=", "@", "+", "-", "\t", "\r", "\n", "＝", "＠", "＋", "－")


def cells(path: Path) -> list[str]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return True


@pytest.mark.fault("markup and formulas in the configuration", "report", "shown as text")
def test_a_hostile_configuration(checkout: Path, snakemake, tmp_path: Path) -> None:
    project = Path(shutil.copytree(checkout, tmp_path / "project"))
    papers = project / "papers" / "2024"
    papers.mkdir(parents=True)
    for number, pdf in enumerate(sorted((project / "data/demo/papers/2024").glob("*.pdf"))):
        name = ["=1+1", "@x", "<img src=x onerror=document.title='owned'>", "-2+3"][number % 4]
        shutil.copy(pdf, papers / f"{name}{number}.pdf")
    (project / "=counts.csv").write_text(
        "year,accepted,mentioning,trained\n2020,100,50,30\n2021,120,60,30\n2022,140,70,35\n"
        "2023,150,80,40\n"
    )
    (project / "publications.csv").write_text(
        "year,publications\n" + "".join(f"{year},{year}\n" for year in range(2020, 2025))
    )
    name = f"=1+1 ImageNet{EVIL}"
    counts: dict[int, str | None] = {2017: None, 2018: None, 2019: None, 2025: None}
    counts |= dict.fromkeys(range(2020, 2024), "=counts.csv") | {2024: "live"}
    config = {
        "dataset": {
            "name": name,
            "size_gb": 12.5,
            "patterns": ["image-?net"],
            "variants": [
                {"name": f"=2+2{EVIL}", "pattern": "image-?net-?1k"},
                {"name": f"@SUM(A1){EVIL}", "pattern": "image-?net"},
            ],
        },
        "papers": {
            **{"venue": "demo", "source": "folder", "folder": "papers", "years": [2024]},
            "cache_dir": "=cache",
        },
        "usage": {"counts": counts, "count_variants": [f"=2+2{EVIL}", "unspecified"]},
        "projection": {"until": 2024},
        "literature": {"source": "publications.csv"},
        "training": {"kwh_per_epoch": 0.02, "epochs": 200},
        "uncertainty": {"priors": {"duplicates": ["triangular", 0.85, 0.95, 1, f"=3+3{EVIL}"]}},
    }
    (project / "mine.yaml").write_text(yaml.safe_dump(config))
    done = snakemake(project, "all", "audit", "--configfile", "mine.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    tables = list((project / "results").rglob("*.csv*"))
    assert len(tables) > 20
    dangerous = [
        f"{path.name}: {cell!r}"
        for path in tables
        for cell in cells(path)
        if cell.startswith(FORMULAS) and not is_number(cell) and cell != "-"
    ]
    assert dangerous == []
    assert any("'=" in cell for path in tables for cell in cells(path))
    shown = 0
    for page in [*(project / "results").rglob("*.html")]:
        text = page.read_text(encoding="utf-8")
        shown += "document.title=" in text
        for title in titles(text, tmp_path):
            assert title.startswith(("Datafootprint: ", "Audit: use of "))
    assert shown == 2
    for figure in (project / "results").rglob("*.svg"):
        text = figure.read_text(encoding="utf-8")
        assert "<script" not in text and 'onerror="' not in text and "<img" not in text
