"""Loopback servers of the tests, as the benchmarks run them (see `process.Server`)."""

from collections.abc import Callable
from typing import Any

from tests.services.llm_server import LlmServer, Reply, answer, passages_of
from tests.services.loopback import Hub
from tests.services.papers.openreview_server import OpenReview, paper_v2, serve

Tell = Callable[[str], None]


def openreview(tell: Tell, papers: int) -> None:
    """Serve the notes of one year with abstracts of the usual length."""
    notes = [paper_v2(number, abstract="x " * 700) for number in range(papers)]
    with serve(OpenReview("v2", notes)) as service:
        tell(service.url)


def language_model(tell: Tell, latency_s: float) -> None:
    """Serve a language model that quotes what it is shown."""

    def script(body: dict[str, Any], before: int) -> Reply:
        quote = passages_of(body).splitlines()[-1][-60:]
        return Reply(answer("evaluated", [quote]), delay_s=latency_s)

    with LlmServer(script) as server:
        tell(server.base_url)


def hub(tell: Tell, datasets: int) -> None:
    """Serve the metadata of datasets, a thousand a page."""

    def dataset(number: int) -> dict[str, Any]:
        return {
            "_id": f"{number:024x}",
            "id": f"organisation-{number % 9973}/dataset-number-{number:07d}",
            "createdAt": f"{2026 - number // 130_000}-06-15T12:00:00.000Z",
            "downloads": number % 1000,
            "downloadsAllTime": number,
            "gated": False,
            "private": False,
            "usedStorage": number * 1000,
            "tags": ["size_categories:1K<n<10K", "modality:image", "region:us"],
        }

    with Hub(datasets, 1000, dataset) as server:
        tell(server.url)
