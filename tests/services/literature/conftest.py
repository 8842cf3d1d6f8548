"""Loopback servers that count publications."""

import pytest
from tests.services.literature.retrieving import COUNTS
from tests.services.loopback import Dimensions, OpenAlex


@pytest.fixture
def dimensions():
    with Dimensions(COUNTS) as server:
        yield server


@pytest.fixture
def openalex():
    with OpenAlex(COUNTS, key="oa-secret") as server:
        yield server
