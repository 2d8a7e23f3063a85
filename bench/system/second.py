"""A second instance of a role beside the one that runs, as a deployment of several would have it."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

from bench.system.running import NotRunning, System
from guildctl import probe
from guildctl.environment import Layout, Ports, environment
from guildctl.roles import ROLES
from guildctl.stores import Stores
from mesh.embedded import free_port, spawn
from mesh.embedded.process import tail

_START_SECONDS = 30.0
_STOP_SECONDS = 30.0


@contextmanager
def second_instance(system: System, name: str) -> Generator[tuple[str, int]]:
    """Run it until the block is left; gives its address, its pid."""
    role = next(role for role in ROLES if role.name == name)
    ports = {each.name: Ports(0, 0) for each in ROLES}
    ports |= {each: Ports(running.port, running.admin_port) for each, running in system.roles.items()}
    ports[name] = Ports(free_port(), free_port())
    layout = Layout(system.http_port, system.supervisor.grpc_port, ports)
    env = environment(role, layout, Stores(system.home), system.home)
    log = system.home.log(f"{name}-bench")
    process = spawn([sys.executable, "-m", role.module, *role.args], log=log, env=env, death_signal=signal.SIGTERM)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while asyncio.run(probe.why_not_ready(ports[name].admin)) is not None:
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotRunning(f"a second {name} did not start:\n{tail(log)}")
            time.sleep(0.1)
        yield layout.address(name), process.pid
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
