"""From PDFs to tonnes: made-up papers, a language model on a loopback socket, a person's audit."""

import csv
import importlib.util
import json
import re
from pathlib import Path

import pytest
from tests.services.llm_server import LlmServer, Reply, answer, passages_of

YEARS = (2023, 2024, 2025)


def table(folder: Path, name: str) -> list[dict]:
    with (folder / "results" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def records(folder: Path) -> dict[str, dict]:
    found = {}
    for path in sorted((folder / "results" / "usage").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            found[record["paper_id"]] = record
    return found


@pytest.fixture(scope="module")
def planted(checkout: Path) -> dict[str, dict]:
    """What the made-up papers did, and the sentences that say so."""
    path = checkout / "data" / "demo" / "make_papers.py"
    spec = importlib.util.spec_from_file_location("make_papers", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {
        paper[0]: {
            "year": paper[1],
            "label": paper[3] if paper[3] != "none" else "cited_only",
            "variant": paper[4] or "unspecified",
            "sentences": re.split(r"(?<=[.]) (?=[A-Z])", paper[5]),
        }
        for paper in module.PAPERS
    }


def oracle(planted: dict[str, dict]):
    """Return a model that knows what each paper did and quotes its sentences."""

    def letters(text: str) -> str:
        return re.sub(r"[\W_]", "", text).lower()

    def script(body: dict, before: int) -> Reply:
        shown = letters(passages_of(body))
        (truth,) = [paper for paper in planted.values() if letters(paper["sentences"][0]) in shown]
        return Reply(answer(truth["label"], truth["sentences"], truth["variant"]))

    return script


def test_planted_truths_come_out_exactly(
    checkout: Path, snakemake, planted: dict[str, dict], tmp_path: Path
) -> None:
    with LlmServer(oracle(planted)) as server:
        mine = tmp_path / "mine.yaml"
        mine.write_text(
            "papers: {venue: demo, source: folder, folder: data/demo/papers, "
            f"years: [2023, 2024, 2025], cache_dir: {tmp_path / 'cache'}}}\n"
            f"usage: {{classifier: llm, llm: {{base_url: '{server.base_url}'}}}}\n"
        )
        overlay = ("--configfile", str(mine), "--directory", str(tmp_path / "run"))
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / "data").symlink_to(checkout / "data")
        plan = snakemake(checkout, "plan", *overlay)
        assert plan.returncode == 0, plan.stdout + plan.stderr
        assert "USD" in plan.stdout
        assert not server.requests
        done = snakemake(checkout, *overlay)
        assert done.returncode == 0, done.stdout + done.stderr

        run = tmp_path / "run"
        labelled = records(run)
        asked = [r for r in labelled.values() if r["classifier"] == "llm"]
        assert (
            len(server.requests)
            == len(asked)
            == sum(int(row["requests"]) for row in table(run, "usage_plan"))
        )
        for name, record in labelled.items():
            assert record["label"] == planted[name]["label"], record
            assert not record["needs_review"], record
            if record["label"] == "trained_from_scratch":
                assert record["variant"] == planted[name]["variant"]

        counts = {int(row["year"]): row for row in table(run, "usage_counts")}
        for year in YEARS:
            papers = [paper for paper in planted.values() if paper["year"] == year]
            scratch = [p for p in papers if p["label"] == "trained_from_scratch"]
            subsets = [p for p in scratch if p["variant"] == "Tiny-ImageNet"]
            row = counts[year]
            assert row["source"] == "live"
            assert int(row["accepted"]) == len(papers)
            assert int(row["trained"]) == len(scratch) - len(subsets)
            assert int(row["trained_subsets"]) == len(subsets)
            assert int(row["mentioning"]) == sum(
                p in labelled for p in planted if planted[p]["year"] == year
            )
        assert counts[2022]["source"] == "published"

        # as_described: publications of the year x trained / mentioning, 300 x 0.394 kWh, 445 g/kWh
        runs = {
            int(row["year"]): float(row["runs"])
            for row in table(run, "training_runs")
            if row["method"] == "as_described"
        }
        publications = {2023: 59847, 2024: 63516, 2025: 65124}
        for year in YEARS:
            share = int(counts[year]["trained"]) / int(counts[year]["mentioning"])
            assert runs[year] == pytest.approx(publications[year] * share)
        (emissions,) = [
            row for row in table(run, "training_emissions") if row["method"] == "as_described"
        ]
        expected_t = sum(runs.values()) * 300 * 0.394 * 445 / 1e6
        assert float(emissions["emissions_t"]) == pytest.approx(expected_t, rel=1e-6)

        # Nothing is asked again, whatever is built again.
        requests = len(server.requests)
        for path in (run / "results" / "usage").glob("*.jsonl"):
            path.unlink()
        again = snakemake(checkout, "usage", *overlay)
        assert again.returncode == 0, again.stdout + again.stderr
        assert len(server.requests) == requests
        assert records(run) == labelled

        audited_by_a_person(checkout, snakemake, run, tmp_path, mine, labelled)


def audited_by_a_person(
    checkout: Path, snakemake, run: Path, tmp_path: Path, mine: Path, labelled: dict[str, dict]
) -> None:
    """Draw the sample, find one label wrong, and see the counts follow."""
    overlay = ("--configfile", str(mine), "--directory", str(run))
    drawn = snakemake(checkout, "audit", *overlay)
    assert drawn.returncode == 0, drawn.stdout + drawn.stderr
    assert (run / "results" / "audit" / "audit.html").stat().st_size > 10_000
    rows = table(run, "audit/sample")
    assert len(rows) == len(labelled)
    for row in rows:
        wrong = row["paper_id"] == "demo2301"
        row["human_label"] = "fine_tuned" if wrong else row["label"]
        row["human_variant"] = row["variant"]
    with (tmp_path / "audited.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    mine.write_text(
        mine.read_text().replace("usage: {", f"usage: {{audit: '{tmp_path / 'audited.csv'}', ")
    )
    scored = snakemake(checkout, "usage", *overlay)
    assert scored.returncode == 0, scored.stdout + scored.stderr
    counts = {int(row["year"]): row for row in table(run, "usage_counts")}
    assert counts[2023]["correction"] == "audit"
    assert (counts[2023]["trained_raw"], float(counts[2023]["trained"])) == ("1", 0.0)
    assert float(counts[2024]["trained"]) == 1.0
    agreement = {r["measure"]: float(r["value"]) for r in table(run, "audit/agreement")}
    assert agreement["accuracy"] == pytest.approx((len(rows) - 1) / len(rows))
