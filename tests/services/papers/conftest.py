"""Loopback servers, and settings that lead to them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.services.papers.openreview_server import OpenReview, serve


@pytest.fixture(autouse=True)
def client() -> None:
    pytest.importorskip("openreview", reason="an extra from Python 3.13 on")


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERNAME", "PASSWORD", "TOKEN", "MFA_CODE"):
        monkeypatch.delenv(f"OPENREVIEW_{name}", raising=False)


@pytest.fixture
def v1() -> Iterator[OpenReview]:
    with serve(OpenReview("v1")) as service:
        yield service


@pytest.fixture
def v2() -> Iterator[OpenReview]:
    with serve(OpenReview("v2")) as service:
        yield service


@pytest.fixture
def settings(v1: OpenReview, v2: OpenReview, tmp_path: Path) -> dict[str, Any]:
    """The section `papers` of the configuration for the loopback servers."""
    return {
        "source": "openreview",
        "venue": "ICLR",
        "years": [2024],
        "folder": None,
        "cache_dir": str(tmp_path / "cache"),
        "pdf_engine": "pypdfium2",
        "shards": 1,
        "seconds_per_pdf": 30,
        "megabytes_per_pdf": 1000,
        "venues": {},
        "openreview": {"baseurl_v1": v1.url, "baseurl_v2": v2.url, "pdfs_per_request": 50},
        "download": {"budget_hours": None, "request_seconds": 30, "max_megabytes": 5},
    }
