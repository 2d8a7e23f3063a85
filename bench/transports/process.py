"""Servers and load clients as processes of their own, whatever they are written in."""

import os
import select
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench.system.accounts import cpu_seconds
from bench.transports.contract import Engine
from bench.transports.orders import Answer, Order
from mesh.embedded import free_port
from mesh.testing.authority import Authority

START_SECONDS = 30.0
OVERTIME_SECONDS = 60.0
"""How long after its end a load may still take: opening thousands of streams has no end of its own."""


class TransportBroken(Exception):  # noqa: N818 - says what happened
    """A server or load client did not start, or fell silent."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The files that servers and clients of one run are given."""

    ca: Path
    cert: Path
    key: Path
    tokens: Path

    @classmethod
    def made(cls, folder: Path, tokens: Sequence[str]) -> Self:
        """Make them in `folder`."""
        authority = Authority(folder / "authority")
        pair = authority.issue("server")
        file = folder / "tokens"
        file.write_text("\n".join(tokens))
        return cls(authority.ca, pair.cert, pair.key, file)


class Process:
    """A child that ends when its standard input is closed."""

    def __init__(self, engine: Engine, command: Sequence[str], cores: int = 1) -> None:
        """Go gets the one core that an event loop has: with more it uses some of them to look for work."""
        self.engine: Engine = engine
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"GOMAXPROCS": str(cores)},
            bufsize=0,
        )
        self.pid = self._child.pid

    @property
    def cpu(self) -> float:
        """The seconds of processor time it has used."""
        return cpu_seconds(self.pid)

    def write(self, line: bytes) -> None:
        """Tell it something."""
        assert self._child.stdin is not None, "asked for"  # noqa: S101
        try:
            self._child.stdin.write(line)
        except OSError as error:
            raise TransportBroken(f"{self.engine}: {error}") from None

    def read(self, seconds: float) -> bytes:
        """Return the next line it says; raises TransportBroken."""
        assert self._child.stdout is not None, "asked for"  # noqa: S101
        ready, _, _ = select.select([self._child.stdout], [], [], seconds)
        line = self._child.stdout.readline() if ready else b""
        if not line:
            raise TransportBroken(f"{self.engine} said nothing for {seconds:g} s")
        return line

    def close(self) -> None:
        """Let it end; kill it when it does not."""
        assert self._child.stdin is not None, "asked for"  # noqa: S101
        assert self._child.stdout is not None, "asked for"  # noqa: S101
        self._child.stdin.close()
        try:
            self._child.wait(5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Server(Process):
    """A server on two ports of its own, with and without TLS."""

    def __init__(self, engine: Engine, secrets: Secrets, go: Path | None, cores: int = 1) -> None:
        port, tls_port = free_port(), free_port()
        flags = {"port": port, "tls-port": tls_port, "cert": secrets.cert, "key": secrets.key}
        options = [part for name, value in flags.items() for part in (f"--{name}", str(value))]
        super().__init__(engine, [*_program(engine, "serve", go), *options], cores)
        self.address, self.tls_address = f"127.0.0.1:{port}", f"127.0.0.1:{tls_port}"
        try:
            self.read(START_SECONDS)
        except TransportBroken:
            self.close()
            raise


class Client(Process):
    """A load client: gets orders, answers each."""

    def __init__(self, engine: Engine, go: Path | None) -> None:
        super().__init__(engine, _program(engine, "load", go))

    def send(self, order: Order) -> None:
        """Let it begin; `answer` waits for the end."""
        self.write(order.line())

    def answer(self, order: Order) -> Answer:
        """Return what came of what was sent."""
        return Answer.of(self.read(order.seconds + OVERTIME_SECONDS))

    def obey(self, order: Order) -> Answer:
        """Do one load."""
        self.send(order)
        return self.answer(order)


def _program(engine: Engine, what: str, go: Path | None) -> list[str]:
    if engine == "grpc-go":
        assert go is not None, "an engine that was found"  # noqa: S101
        return [str(go), what]
    return [sys.executable, "-m", f"bench.transports.{what}", engine]
