"""A pull, and a server that says no more."""

import asyncio

import pytest
from nats.aio.msg import Msg

from mesh.events import Bus, pull
from mesh.testing import wait_for

SUBJECT = "guild.test.next"


async def test_a_server_that_says_nothing_has_lost_the_consumer(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a sign of life the request is given up, and its owner begins again."""
    monkeypatch.setattr(pull, "_SILENCE", 0.1)
    asked: list[bytes] = []

    async def hear(message: Msg) -> None:
        asked.append(message.data)

    mute = await bus.nc.subscribe(SUBJECT, cb=hear)
    with pytest.raises(pull.ConsumerLost, match="no heartbeat"):
        await pull.Pull(bus.nc, SUBJECT, print, lambda: 1).run()
    await mute.unsubscribe()

    assert 1 == len(asked)


async def test_a_sign_of_life_keeps_a_request_open(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is answered by heartbeats alone waits on, and is asked once."""
    monkeypatch.setattr(pull, "_SILENCE", 2.0)
    asked: list[Msg] = []

    async def hear(message: Msg) -> None:
        asked.append(message)

    slow = await bus.nc.subscribe(SUBJECT, cb=hear)
    pulling = asyncio.create_task(pull.Pull(bus.nc, SUBJECT, print, lambda: 1).run())
    await wait_for(lambda: asked)
    for _ in range(50):
        await bus.nc.publish(asked[0].reply, headers={"Status": "100"})
        await asyncio.sleep(0.05)

    assert not pulling.done()
    assert 1 == len(asked)
    pulling.cancel()
    await asyncio.wait((pulling,))
    await slow.unsubscribe()
