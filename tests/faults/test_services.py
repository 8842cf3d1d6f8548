"""Services that fail in the middle of a run: one sentence, and what was fetched is kept."""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conftest import ROOT
from tests.faults.runs import run, tables
from tests.services.llm_server import LlmServer, Reply, answer
from tests.services.loopback import Dimensions, Hub
from tests.services.papers.downloading import pdf
from tests.services.papers.openreview_server import (
    Answer,
    OpenReview,
    as_json,
    paper_v2,
    serve,
)

pytestmark = pytest.mark.faults

DEMO = {"venue": "demo", "source": "folder", "folder": str(ROOT / "data/demo/papers")}
KEYS = ("OPENREVIEW_USERNAME", "OPENREVIEW_PASSWORD", "OPENREVIEW_TOKEN")
KEYS += ("OPENAI_API_KEY", "DIMENSIONS_API_KEY", "OPENALEX_API_KEY", "HF_TOKEN")
SECRET = "expired-secret"


class Expiring(OpenReview):
    """A server that no longer takes the token once it has sent so many PDFs."""

    limit = 10**9

    def answer(self, path: str, query: Any, token: str | None) -> Answer:
        if len(self.sent) < self.limit:
            return super().answer(path, query, token)
        message = f"Token {token} has expired, please log in again"
        return as_json({"name": "TokenExpiredError", "message": message, "status": 401}, 401)


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def v2() -> Iterator[Expiring]:
    with serve(Expiring("v2")) as service:
        yield service


@pytest.fixture
def snakemake(tmp_path: Path) -> Callable[..., Any]:
    """Run the workflow in an empty folder with a configuration."""

    def call(config: dict[str, Any], *arguments: str, **environment: str) -> Any:
        (tmp_path / "mine.yaml").write_text(yaml.safe_dump(config))
        snakefile = ("--snakefile", str(ROOT / "Snakefile"))
        done = run(tmp_path, *arguments, *snakefile, "--configfile", "mine.yaml", **environment)
        texts = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        assert not any(SECRET.encode() in text for text in [done.output.encode(), *texts])
        return done

    return call


def papers(service: OpenReview, year: int = 2024, **more: Any) -> dict[str, Any]:
    hosts = {"baseurl_v1": service.url, "baseurl_v2": service.url, "pdfs_per_request": 2}
    return {"papers": {"source": "openreview", "years": [year], "openreview": hosts} | more}


@pytest.mark.fault(
    "an expired token",
    "papers (OpenReview)",
    "127.0.0.1:… refuses (TokenExpiredError Token *** has expired, please log in again); unset "
    "OPENREVIEW_TOKEN or set a new one, then run the command again.",
)
def test_openreview_in_the_middle_of_the_pdfs(
    sentence: re.Pattern[str], v2: Expiring, snakemake, tmp_path: Path
) -> None:
    v2.notes = [paper_v2(number) for number in range(10)]
    v2.pdfs = {note["id"]: pdf(note["id"]) for note in v2.notes}
    v2.limit = 6
    snakemake(papers(v2), "papers", OPENREVIEW_TOKEN=SECRET).told(sentence)
    assert len(list((tmp_path / "cache" / "pdf").rglob("*.pdf"))) == 6
    v2.limit = 10**9
    done = snakemake(papers(v2), "papers")
    assert done.code == 0, done.output
    assert sorted(v2.sent) == sorted(v2.pdfs)


@pytest.mark.fault("DNS failure", "papers (links)", "nowhere.invalid: no such host…")
def test_a_link_costs_its_own_row(
    sentence: re.Pattern[str], v2: Expiring, snakemake, tmp_path: Path
) -> None:
    v2.notes = [paper_v2(1), paper_v2(2, pdf="http://nowhere.invalid/a.pdf")]
    v2.pdfs = {"v2_00001": pdf("a")}
    done = snakemake(papers(v2), "usage")
    assert done.code == 0, done.output
    with (tmp_path / "results/papers/ICLR-2024.pdfs.csv").open(newline="") as stream:
        rows = {row["paper_id"]: row for row in csv.DictReader(stream)}
    assert rows["v2_00001"]["status"] == "ok"
    assert rows["v2_00002"]["status"] == "unreachable"
    assert sentence.fullmatch(rows["v2_00002"]["detail"])


@pytest.mark.fault(
    "DNS failure",
    "papers (OpenReview)",
    "nowhere.invalid: no such host… check papers.openreview.baseurl_v1 and baseurl_v2.",
)
def test_a_service_that_nobody_knows(sentence: re.Pattern[str], v2: Expiring, snakemake) -> None:
    v2.url = "https://nowhere.invalid"
    snakemake(papers(v2), "papers").told(sentence)


def llm(server: LlmServer, tmp_path: Path) -> dict[str, Any]:
    model = {"base_url": server.base_url, "concurrency": 1}
    return {
        "papers": DEMO | {"years": [2023, 2024]},
        "usage": {"classifier": "llm", "llm": model},
    }


@pytest.mark.fault(
    "an expired key",
    "usage (language model)",
    "http://…: the server refused the request (HTTP 401): …. To go on, check OPENAI_API_KEY, …",
)
def test_a_model_in_the_middle_of_the_papers(
    sentence: re.Pattern[str], snakemake, tmp_path: Path
) -> None:
    good = Reply(answer("fine_tuned", ["not there"]))
    state = {"left": 3}

    def script(body: dict[str, Any], before: int) -> Reply:
        state["left"] -= 1
        return good if state["left"] >= 0 else Reply(status=401, error={"message": SECRET})

    with LlmServer(script) as server:
        snakemake(llm(server, tmp_path), "usage", OPENAI_API_KEY=SECRET).told(sentence)
        assert len(list((tmp_path / "cache/llm/answers").rglob("*.json"))) == 3
        state["left"] = 10**9
        done = snakemake(llm(server, tmp_path), "usage", OPENAI_API_KEY=SECRET)
        assert done.code == 0, done.output
        assert set(server.paid.values()) == {1}


def dataset(i: int) -> dict[str, Any]:
    return {"id": f"user{i}/imagenet-1k", "createdAt": "2024-01-01T10:00:00.000Z", "downloads": 1}


@pytest.mark.fault(
    "an expired token",
    "hub",
    "Hub: 127.0.0.1:… refuses the key or the account (HTTP 401…). The pages in … are kept. Correct "
    "or unset HF_TOKEN.",
)
def test_the_hub_between_two_pages(sentence: re.Pattern[str], snakemake, tmp_path: Path) -> None:
    with Hub(40, 10, dataset) as hub:
        normal = hub.reply
        hub.reply = lambda request: (
            normal(request) if len(hub.cursors) < 2 else (401, {}, {"error": f"{SECRET} expired"})
        )
        wanted = {"hub": {"source": "live"}}
        target = "results/hub_datasets.csv.gz"
        environment = {"HF_ENDPOINT": hub.url, "HF_TOKEN": SECRET}
        snakemake(wanted, target, **environment).told(sentence)
        assert not (tmp_path / "data").exists() or not list((tmp_path / "data").rglob("*.gz"))
        hub.reply = normal
        done = snakemake(wanted, target, **environment)
        assert done.code == 0, done.output
        assert hub.cursors == [0, 10, 20, 30]


COUNTS = {year: 10_000 + 1_000 * (year - 2017) for year in range(2017, 2027)}


@pytest.mark.fault(
    "an expired key",
    "literature (Dimensions)",
    "dimensions: the key in DIMENSIONS_API_KEY was refused (HTTP 401: …); a key comes with …",
)
def test_dimensions_refuses_the_key(sentence: re.Pattern[str], snakemake, tmp_path: Path) -> None:
    with Dimensions(COUNTS) as server:
        source = {"source": "dimensions", "dimensions": {"base_url": server.url}}
        done = snakemake({"literature": source}, "literature", DIMENSIONS_API_KEY=SECRET)
    done.told(sentence)
    assert "publications_dimensions.csv" not in tables(tmp_path)
