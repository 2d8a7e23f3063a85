"""Work that is done again and again."""

import asyncio
from typing import Any

import pytest

from mesh.errors import Unavailable
from mesh.lifecycle import Rounds, one_by_one
from mesh.lifecycle import rounds as module
from mesh.testing import wait_for


class Work:
    """Fails as it is told, then succeeds, and fails again at the end."""

    def __init__(self, *ends: Exception | None) -> None:
        self._ends = [*ends]
        self.done = 0

    async def __call__(self) -> None:
        self.done += 1
        end = self._ends.pop(0) if self._ends else None
        if end is not None:
            raise end


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was logged."""
    lines: list[Any] = []

    class Log:
        def warning(self, event: str, **fields: Any) -> None:
            lines.append((event, fields.get("reason") or fields.get("number")))

        def error(self, event: str, **fields: Any) -> None:
            lines.append((event, type(fields["exc_info"]).__name__))

    monkeypatch.setattr(module, "_log", Log())
    return lines


async def test_a_failed_round_is_not_the_last(told: list[Any]) -> None:
    """Whatever it fails with; what goes on is told once, and again when it comes back."""
    work = Work(Unavailable("x"), Unavailable("x"), LookupError("odd"), LookupError("odd"), None, LookupError("odd"))
    rounds = Rounds("test", work, 0.0)
    await rounds.start()
    await wait_for(lambda: work.done >= 7)
    await rounds.stop()

    assert [("round_failed", Unavailable.reason), *[("round_failed", "LookupError")] * 2] == told


async def test_the_first_round_may_wait() -> None:
    """Work that is not for the start comes after a pause; stopping leaves nothing behind."""
    now, later = Work(), Work()
    both = Rounds("now", now, 60.0), Rounds("later", later, 60.0, at_once=False)
    for rounds in both:
        await rounds.start()
    await asyncio.sleep(0)
    for rounds in both:
        await rounds.stop()

    assert (1, 0) == (now.done, later.done)


async def test_what_fails_for_one_is_done_for_the_others(told: list[Any]) -> None:
    """Those that failed are given back, and told of together."""
    seen: list[int] = []

    async def work(number: int) -> None:
        if number % 2:
            raise LookupError(number)
        seen.append(number)

    failed = await one_by_one("test", range(5), work)

    assert ([0, 2, 4], [1, 3], [("items_failed", 2)]) == (seen, failed, told)
