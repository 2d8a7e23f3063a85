"""A second instance of a role beside the one that runs, as a deployment of several would have it."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.system.running import NotRunning, System
from guildctl import probe
from guildctl.environment import Layout, Ports, environment
from guildctl.roles import ROLES, Role
from guildctl.stores import Stores
from mesh.embedded import free_port, spawn
from mesh.embedded.process import tail

NOOP = Path(__file__).parents[1] / "noop" / "__main__.py"
"""What runs in the place of feed where the base call is measured."""
_START_SECONDS = 30.0
_STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Instance:
    """One process of a role; `port` is that of gRPC, which an edge has for its public side."""

    pid: int
    port: int
    http_port: int

    @property
    def address(self) -> str:
        """Where it serves gRPC."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def second_instance(system: System, name: str, *, program: Sequence[str] = (), feed: str = "") -> Generator[Instance]:
    """Run a role, or `program` in its place, until the block is left; `feed` is another address of the feed service."""
    role = next(role for role in ROLES if role.name == name)
    http_port, port, admin_port = free_port(), free_port(), free_port()
    env = {
        **_environment(system, role),
        "GUILD_SERVER_HOST": "127.0.0.1",
        "GUILD_SERVER_PORT": str(port),
        "GUILD_SERVER_ADMIN_PORT": str(admin_port),
        "GUILD_EDGE_HTTP_PORT": str(http_port),
        "GUILD_EDGE_GRPC_PORT": str(port),
        **({"GUILD_FEED_ADDRESS": feed} if feed else {}),
    }
    log = system.home.log(f"{name}-bench")
    command = [system.python, *(program or ("-m", role.module, *role.args))]
    process = spawn(command, log=log, env=env, death_signal=signal.SIGTERM)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while asyncio.run(probe.why_not_ready(admin_port)) is not None:
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotRunning(f"a second {name} did not start:\n{tail(log)}")
            time.sleep(0.1)
        yield Instance(process.pid, port, http_port)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(system: System, role: Role) -> Mapping[str, str]:
    """Return what the running instance was started with, so that the second one is its equal whoever started it."""
    running = system.environment(role.name)
    if running is not None:
        return running
    ports = {each.name: Ports(0, 0) for each in ROLES}
    ports |= {each: Ports(running.port, running.admin_port) for each, running in system.roles.items()}
    layout = Layout(system.http_port, system.supervisor.grpc_port, ports)
    return environment(role, layout, Stores(system.home), system.home)
