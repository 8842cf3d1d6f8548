"""Fixtures for every test."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of third-party papers and listings that are not part of the project."""
    folder = Path(os.environ.get("DATAFOOTPRINT_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"third-party test data not found at {folder}; set DATAFOOTPRINT_SHARED")
    return folder
