"""A system of the bench's own, in a temporary home, for as long as a run takes."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench.system.running import NotRunning, System, attach
from mesh.embedded import free_port, spawn
from mesh.embedded.process import tail

_START_SECONDS = 120.0
_SEED_SECONDS = 300.0
_STOP_SECONDS = 60.0


@contextmanager
def running_or_own(home: Path, say: Callable[[str], None]) -> Generator[System]:
    """Give what runs on a home, else a system of its own for as long as the block takes."""
    running = attach(home)
    if running is not None:
        say(f"measuring the system on {home.absolute()}: REST on port {running.http_port}, gRPC on {running.public}")
        yield running
        return
    say("nothing runs here")
    with own_system(say) as own:
        yield own


@contextmanager
def own_system(say: Callable[[str], None], python: str = sys.executable) -> Generator[System]:
    """Start everything on free ports and fill it with a small network; stop it when the block is left.

    `python` is that of an environment with a Guild in it: it runs that one, whatever the working directory holds.
    """
    env = {**os.environ, "PYTHONSAFEPATH": "1"}
    with tempfile.TemporaryDirectory(prefix="guild-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        http_port, grpc_port = free_port(), free_port()
        say(f"starting a system of my own in {home}")
        command = [python, "-m", "guildctl", "up", "--home", home]
        ports = ["--port", str(http_port), "--grpc-port", str(grpc_port)]
        process = spawn([*command, *ports], log=home / "up.log", env=env)
        try:
            system = _ready(process, home, python)
            say("seeding it: guild seed --size small")
            _seed(home, say, python, env)
            yield replace(system, own=True)
        finally:
            say("stopping my own system")
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ready(process: "subprocess.Popen[bytes]", home: Path, python: str) -> System:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NotRunning(f"guild up ended:\n{tail(home / 'up.log', 15)}")
        system = attach(home, python)
        if system is not None:
            return system
        time.sleep(0.1)
    raise NotRunning(f"guild up was not ready after {_START_SECONDS:g} s:\n{tail(home / 'up.log', 15)}")


def _seed(home: Path, say: Callable[[str], None], python: str, env: dict[str, str]) -> None:
    command = [python, "-m", "guildctl", "seed", "--size", "small", "--home", str(home)]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=_SEED_SECONDS, env=env
    )
    if ended.returncode:  # workloads that need people make some of their own
        say("seeding did not end well: " + ((ended.stderr or ended.stdout).strip().splitlines() or ["no word"])[-1])
