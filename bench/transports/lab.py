"""The processes of one run: a server and a load client of every engine, all up at once, loaded one after the other."""

import random
import string
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.system.accounts import memory_bytes
from bench.transports.cases import HELD_CONNECTIONS, Case, End
from bench.transports.contract import Engine, Kind
from bench.transports.orders import Answer, Order
from bench.transports.process import Client, Secrets, Server, TransportBroken

TOKEN_OCTETS = 600
MEMBERS = 50
WARM_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Sample:
    """One load: the processor seconds of each process a message, and what the client saw."""

    server: float
    client: float
    answer: Answer

    def cpu(self, end: End) -> float:
        """Return the seconds of one end."""
        return self.server if end == "server" else self.client


@dataclass(frozen=True)
class Lab:
    """`peer` is the engine at the other end of whichever is measured, the same for all."""

    engines: Sequence[Engine]
    peer: Engine
    secrets: Secrets
    go: Path | None
    servers: Mapping[Engine, Server]
    clients: Mapping[Engine, Client]
    _warm: set[tuple[Engine, str, Kind]] = field(default_factory=set)

    def measure(self, case: Case, end: End, engine: Engine, seconds: float, *, rate: float = 0.0) -> Sample:
        """Load one engine's server or client against the peer; raises TransportBroken for a load with failures."""
        server, client = (engine, self.peer) if end == "server" else (self.peer, engine)
        return self.load(case, self.servers[server], self.clients[client], seconds, rate=rate)

    def load(self, case: Case, server: Server, client: Client, seconds: float, *, rate: float = 0.0) -> Sample:
        """Do one load; raises TransportBroken for failures."""
        order = self.order(case, server, seconds, rate=rate)
        self._warm_up(client, order)
        before = server.cpu, client.cpu
        answer = checked(client.obey(order), client.engine)
        used = server.cpu - before[0], client.cpu - before[1]
        return Sample(used[0] / answer.done, used[1] / answer.done, answer)

    def order(self, case: Case, server: Server, seconds: float, *, rate: float = 0.0) -> Order:
        """Return the order for a load on a server."""
        address, ca = (server.tls_address, str(self.secrets.ca)) if case.tls else (server.address, "")
        tokens = str(self.secrets.tokens)
        return Order(address, tokens, case.kind, seconds, case.in_flight, rate or case.rate, ca=ca)

    def held(self, engine: Engine, streams: int) -> float:
        """Return what one idle stream costs a fresh server in octets."""
        with Server(engine, self.secrets, self.go) as server, Client(self.peer, self.go) as client:
            order = Order(
                server.address,
                str(self.secrets.tokens),
                "hold",
                in_flight=HELD_CONNECTIONS,
                connections=HELD_CONNECTIONS,
            )
            checked(client.obey(order), engine)  # a stream on every connection, so that these are not counted
            before = memory_bytes(server.pid)
            opened = checked(client.obey(Order(server.address, order.tokens, "hold", in_flight=streams)), engine)
            return (memory_bytes(server.pid) - before) / opened.done

    def _warm_up(self, client: Client, order: Order) -> None:
        pair = (client.engine, order.address, order.kind)
        if pair in self._warm:
            return
        self._warm.add(pair)
        warm = Order(order.address, order.tokens, order.kind, WARM_SECONDS, order.in_flight, ca=order.ca)
        checked(client.obey(warm), client.engine)


def checked(answer: Answer, engine: Engine) -> Answer:
    """Return the answer; raises TransportBroken when a call failed or none came back."""
    if answer.failed or not answer.done:
        raise TransportBroken(f"{engine}: {answer.failed} calls failed, {answer.done} did not: {answer.error}")
    return answer


@contextmanager
def lab(engines: Sequence[Engine], peer: Engine, go: Path | None) -> Generator[Lab]:
    """Start everything; end it when the block is left."""
    with tempfile.TemporaryDirectory(prefix="guild-bench-") as folder, ExitStack() as stack:
        secrets = Secrets.made(Path(folder), tokens())
        servers: dict[Engine, Server] = {engine: stack.enter_context(Server(engine, secrets, go)) for engine in engines}
        clients: dict[Engine, Client] = {engine: stack.enter_context(Client(engine, go)) for engine in engines}
        yield Lab(engines, peer, secrets, go, servers, clients)


def tokens() -> list[str]:
    """Return made-up access tokens, one for each member: letters as in signed ones, which nothing compresses."""
    letters, chance = string.ascii_letters + string.digits + "-_", random.Random(1)
    return ["".join(chance.choices(letters, k=TOKEN_OCTETS)) for _ in range(MEMBERS)]
