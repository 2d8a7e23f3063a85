"""The first answer of a session."""

import pytest

from bench.targets import warm
from bench.targets.warm import ATTEMPTS, warmed
from mesh.errors import Unavailable
from tests.unit.bench.sample_target import Sample, SampleSession


class Recovering(SampleSession):
    """Refuses the first calls."""

    def __init__(self, refusals: int) -> None:
        super().__init__(Sample(), lambda _name, _seconds: None)
        self.calls = 0
        self.refusals = refusals

    async def fire(self, number: int, _due: float) -> str:
        """Answer, or refuse."""
        self.calls += 1
        if self.calls <= self.refusals:
            raise Unavailable("not yet")
        return await super().fire(number, _due)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "PAUSE_SECONDS", 0.0)


async def test_a_system_that_recovers_is_waited_for() -> None:
    """What the load before left behind does not end the next one."""
    session = await warmed(Recovering(3))

    assert (4, False) == (session.calls, session.closed)


async def test_a_system_that_answers_nobody_is_told() -> None:
    """After some calls the reason is raised, and the session is given back."""
    session = Recovering(ATTEMPTS)

    with pytest.raises(Unavailable):
        await warmed(session)

    assert (ATTEMPTS, True) == (session.calls, session.closed)
