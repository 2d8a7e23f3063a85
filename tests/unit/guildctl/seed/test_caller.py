"""Calls that are made until they are answered."""

import asyncio
from typing import Any

import pytest

from guildctl.seed import caller
from guildctl.seed.caller import Calls
from mesh.errors import Aborted, Failure, NotFound, ResourceExhausted, Unauthenticated, Unavailable


class Ann:
    """Signs in anew when she is asked to."""

    def __init__(self) -> None:
        self.token = 1

    async def authorization(self) -> str:
        return f"Bearer {self.token}"

    async def renew(self, refused: str) -> None:
        self.token += refused == f"Bearer {self.token}"


def answering(*answers: Any) -> tuple[Any, list[Any]]:
    """A method that gives these answers one after another, and what it was sent."""
    sent: list[Any] = []

    async def method(request: Any, metadata: Any) -> Any:
        sent.append(metadata)
        answer = answers[len(sent) - 1]
        if isinstance(answer, Failure):
            raise answer
        return answer

    return method, sent


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits, none of which happens."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waited


async def test_a_limit_is_waited_for(waits: list[float]) -> None:
    """As long as the system says, and a little longer."""
    method, sent = answering(ResourceExhausted("full", retry_after=12.0), Aborted("raced"), Unavailable("down"), "done")
    calls = Calls()

    assert "done" == await calls(method, "request", Ann(), "key")
    assert [("authorization", "Bearer 1"), ("idempotency-key", "key")] == sent[3]
    assert (True, 4) == (12.0 <= waits[0] <= 12.0 + 0.1, calls.made)
    assert waits[0] == calls.waited


async def test_a_session_that_ended_is_opened_again(waits: list[float]) -> None:
    """Once; who is refused with a new token too is not signed in."""
    method, sent = answering(Unauthenticated("expired"), "done")
    assert "done" == await Calls()(method, "request", Ann())
    assert [[("authorization", f"Bearer {n}")] for n in (1, 2)] == sent

    refusing, _ = answering(Unauthenticated("expired"), Unauthenticated("again"))
    with pytest.raises(Unauthenticated, match="again"):
        await Calls()(refusing, "request", Ann())


@pytest.mark.parametrize("failure", [NotFound("nobody"), Unauthenticated("wrong password")])
async def test_what_waiting_does_not_mend_is_raised(failure: Failure, waits: list[float]) -> None:
    """At once."""
    method, _ = answering(failure)
    with pytest.raises(type(failure)):
        await Calls()(method, "request")
    assert [] == waits


async def test_patience_ends(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that does not come back is told of."""
    monkeypatch.setattr(caller, "PATIENCE_SECONDS", -1.0)
    method, sent = answering(Unavailable("not yet"), "done", Unavailable("down"))
    calls = Calls()
    assert "done" == await calls(method, "request")
    with pytest.raises(Unavailable, match="down"):
        await calls(method, "request")
    assert 3 == len(sent)
