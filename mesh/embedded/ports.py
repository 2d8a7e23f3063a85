"""Free loopback ports, remembered from one run to the next."""

import json
import random
import socket
import time
from pathlib import Path
from typing import Any

_LOWEST = 18_000
_HIGHEST = 32_000  # the kernel hands out 32768 and above to clients, who would take a port between stop and restart
_ATTEMPTS = 200


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(preferred: int | None = None, *, patience: float = 0.0) -> int:
    """Return `preferred` when it is free within `patience` seconds, else a free port from 18000 to 32000."""
    if preferred is not None:
        deadline = time.monotonic() + patience
        while not (free := is_free(preferred)) and time.monotonic() < deadline:
            time.sleep(0.02)
        if free:
            return preferred
    for _ in range(_ATTEMPTS):
        port = random.randint(_LOWEST, _HIGHEST)  # noqa: S311 - a port is no secret
        if is_free(port):
            return port
    raise OSError(f"no free port between {_LOWEST} and {_HIGHEST}")


class PortBook:
    """The ports a home used last, kept in its state file beside what others keep there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, name: str) -> int | None:
        """Return the port `name` had last, or None."""
        port = self.read().get("ports", {}).get(name)
        return port if isinstance(port, int) else None

    def remember(self, **ports: int) -> None:
        """Note the ports in use now."""
        state = self.read()
        self.write(state | {"ports": {**state.get("ports", {}), **ports}})

    def read(self) -> dict[str, Any]:
        """Return the whole state; an unreadable file counts as empty."""
        try:
            state = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def write(self, state: dict[str, Any]) -> None:
        """Replace the whole state at once."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(state, indent=2) + "\n")
        fresh.replace(self._path)
