"""Connections of a listening socket."""

import asyncio
import errno
import socket
import sys
from typing import Any

import pytest

from mesh import accepting
from mesh.accepting import Acceptor
from mesh.testing.waiting import wait_for


class Made(asyncio.Protocol):
    """Notes when its connection was made."""

    def __init__(self, turns: list[int], now: list[int]) -> None:
        self._turns, self._now = turns, now

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._turns.append(self._now[0])
        transport.close()


@pytest.fixture
def listener() -> Any:
    """A socket that listens on a free port."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listening:
        yield listening


def dialled(listener: socket.socket) -> socket.socket:
    """A client in the queue of the socket."""
    return socket.create_connection(listener.getsockname())


async def test_many_are_taken_in_a_turn(listener: socket.socket) -> None:
    """A hundred that wait are there within a few turns of the loop, not within a hundred."""
    clients = [dialled(listener) for _ in range(100)]
    turns: list[int] = []
    now = [0]
    acceptor = Acceptor(listener, lambda: Made(turns, now))
    acceptor.start()
    async with asyncio.timeout(10):
        while len(turns) < 100:
            now[0] += 1
            await asyncio.sleep(0)
    acceptor.close()
    for client in clients:
        client.close()

    assert max(turns) - min(turns) < 20


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells without reading")
async def test_who_has_left_is_not_served(listener: socket.socket) -> None:
    """A client that gave up in the queue costs no protocol, whatever it sent before."""
    impatient = dialled(listener)
    impatient.sendall(b"GET / HTTP/1.1\r\n\r\n")
    impatient.close()
    patient = dialled(listener)
    turns: list[int] = []
    acceptor = Acceptor(listener, lambda: Made(turns, [0]))
    acceptor.start()
    await wait_for(lambda: bool(turns))
    acceptor.close()
    patient.close()

    assert (1, 1) == (len(turns), acceptor.left)


async def test_without_descriptors_it_waits(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has no descriptor left takes connections again when it has."""

    class Poor:
        refusals = 1

        def __getattr__(self, name: str) -> Any:
            return getattr(listener, name)

        def accept(self) -> Any:
            if self.refusals:
                self.refusals -= 1
                raise OSError(errno.EMFILE, "too many open files")
            return listener.accept()

    monkeypatch.setattr(accepting, "PAUSE_SECONDS", 0.01)
    client = dialled(listener)
    turns: list[int] = []
    acceptor = Acceptor(Poor(), lambda: Made(turns, [0]))  # type: ignore[arg-type]
    acceptor.start()
    await wait_for(lambda: bool(turns))
    acceptor.close()
    client.close()

    assert [0] == turns
