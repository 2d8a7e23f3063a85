"""Both transports, for the tests that are about what lies between two ends of a call."""

import pytest

from mesh.settings import Engine

ENGINES: tuple[Engine, ...] = ("wire", "grpcio")


@pytest.fixture(scope="module", params=ENGINES)
def both_engines(request: pytest.FixtureRequest) -> Engine:
    """One transport after the other: a conftest says `engine = both_engines`."""
    return request.param
