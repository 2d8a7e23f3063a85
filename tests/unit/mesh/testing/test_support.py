"""The helpers of tests are tested like everything else."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from mesh.testing import ManualClock, wait_for
from mesh.testing.servers import ServerHost, ServersUnavailable, ask


def test_a_manual_clock_stands_still_until_moved() -> None:
    """Time passes by seconds, by durations, or to a moment."""
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))

    assert datetime(2026, 1, 1, tzinfo=UTC) == clock.now()
    assert datetime(2026, 1, 1, 0, 0, 30, tzinfo=UTC) == clock.advance(30)
    assert datetime(2026, 1, 1, 1, 0, 30, tzinfo=UTC) == clock.advance(timedelta(hours=1))
    clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    assert 2030 == clock.now().year


async def test_waiting_returns_what_became_true() -> None:
    """The value comes as soon as it is true, from plain and async predicates."""
    found: list[int] = []
    asyncio.get_running_loop().call_later(0.02, found.append, 7)

    async def first() -> int | None:
        return found[0] if found else None

    assert 7 == await wait_for(first)
    assert [7] == await wait_for(lambda: found)


async def test_waiting_ends() -> None:
    """What never becomes true fails with its last value."""
    with pytest.raises(AssertionError, match="still 0 after"):
        await wait_for(lambda: 0, timeout=0.02)


def test_a_host_that_was_never_asked_starts_nothing() -> None:
    """A run without server tests leaves nothing behind."""
    host = ServerHost()
    home = host._home

    host.close()

    assert not home.exists()


def test_a_host_reports_why_it_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test that asks gets the reason, and whether it is a missing installation."""
    monkeypatch.setattr("mesh.embedded.EmbeddedServers.start", lambda _: __import__("not_installed_here"))
    host = ServerHost()

    for _ in range(2):
        with pytest.raises(ServersUnavailable, match="not_installed_here") as caught:
            ask(host.address)
        assert caught.value.missing

    host.close()
