"""Servers and load clients of the comparison of transports, as the processes they are in a run."""

import os
import shutil
from collections.abc import Generator

import pytest

from bench.system.accounts import memory_bytes
from bench.transports import go
from bench.transports.cases import CASES, ENDS, Case, End
from bench.transports.contract import IN_PYTHON, STREAM_MESSAGES, Engine
from bench.transports.lab import Lab, lab
from bench.transports.process import TransportBroken
from tests.interop.toolchains import GO_HOME, alone

GO: list[Engine] = ["grpc-go"] if shutil.which("go") else []
SECONDS = 0.05
pytestmark = pytest.mark.timeout(600)  # whoever comes first builds the Go programs


@pytest.fixture(scope="module")
def laboratory() -> Generator[Lab]:
    """Every engine that can be here."""
    if not GO and os.environ.get("CI"):
        pytest.fail("there is no Go toolchain on the PATH")
    with alone(GO_HOME):  # the peers of the interop tests are made of the same packages: compiled once
        program = go.built()
    with lab((*IN_PYTHON, *GO), IN_PYTHON[0], program) as made:
        yield made


@pytest.mark.parametrize("engine", [*IN_PYTHON, *GO])
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_every_load_is_answered_on_both_ends(laboratory: Lab, case: Case, end: End, engine: Engine) -> None:
    """A figure is processor time of a process that answered, or asked, every time."""
    sample = laboratory.measure(case, end, engine, SECONDS)

    assert 0 == sample.answer.failed
    assert 0 < sample.cpu(end) < 0.1
    if case.kind == "stream":
        assert 0 == sample.answer.done % STREAM_MESSAGES


@pytest.mark.parametrize("engine", [*IN_PYTHON, *GO])
def test_open_loops_tell_latencies(laboratory: Lab, engine: Engine) -> None:
    """Half a second at a low rate has its percentiles."""
    answer = laboratory.measure(CASES[0], "client", engine, SECONDS, rate=400.0).answer

    assert 0 < answer.p50 <= answer.p99


@pytest.mark.skipif(not memory_bytes(os.getpid()), reason="this system does not tell a process's memory")
@pytest.mark.parametrize("engine", [*IN_PYTHON, *GO])
def test_streams_that_are_left_alone_cost_memory(laboratory: Lab, engine: Engine) -> None:
    """They stay open: what they cost is in the server's memory."""
    assert 1_000 < laboratory.held(engine, 400) < 100_000


def test_a_server_that_cannot_start_says_so(laboratory: Lab) -> None:
    """Nothing is measured of an engine that does not exist."""
    with pytest.raises(TransportBroken, match="nonsense"):
        laboratory.held("nonsense", 1)
