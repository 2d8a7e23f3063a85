"""The system under load: a `guild up` on some home, with the addresses of its roles and stores."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guildctl.home import Home, Supervisor
from guildctl.stores import Stores

DEFAULT_ENGINE = "wire"
_CPU_CLOCK = 2
"""The clock of a process's user and system time, to the nanosecond: clock_getcpuclockid(3) of Linux makes it so."""


class NotRunning(Exception):  # noqa: N818 - says what is the matter
    """What a workload needs does not run; the message says what."""


@dataclass(frozen=True, slots=True)
class RolePorts:
    """One role's process."""

    pid: int
    port: int
    admin_port: int


@dataclass(frozen=True)
class System:
    """Where everything is."""

    home: Home
    supervisor: Supervisor
    roles: Mapping[str, RolePorts]

    @property
    def http_port(self) -> int:
        """REST of the edge."""
        return self.supervisor.http_port

    @property
    def public(self) -> str:
        """Public gRPC of the edge."""
        return f"127.0.0.1:{self.supervisor.grpc_port}"

    @property
    def engine(self) -> str:
        """The engine roles serve with, as far as this environment tells."""
        return os.environ.get("GUILD_RPC_ENGINE", DEFAULT_ENGINE)

    def has(self, role: str) -> bool:
        """Whether a role runs."""
        return role in self.roles

    def address(self, role: str) -> str:
        """Return where a role itself serves gRPC; raises NotRunning."""
        return f"127.0.0.1:{self._role(role).port}"

    def pid(self, role: str) -> int:
        """Return the process of a role; raises NotRunning."""
        return self._role(role).pid

    def dsn(self, database: str) -> str:
        """Return the address of a database of this system."""
        return Stores(self.home).dsn(database)

    def _role(self, name: str) -> RolePorts:
        if name not in self.roles:
            raise NotRunning(f"{name} does not run on {self.home.path}")
        return self.roles[name]


def attach(path: Path) -> System | None:
    """Return what runs on a home, None when nothing does or it is not ready yet."""
    home = Home(path)
    supervisor = home.supervisor()
    if supervisor is None or not supervisor.ready:
        return None
    noted: Mapping[str, Mapping[str, Any]] = home.state().get("roles") or {}
    roles = {
        name: RolePorts(role["pid"], role["port"] or 0, role["admin_port"])
        for name, role in noted.items()
        if isinstance(role.get("pid"), int)
    }
    return System(home, supervisor, roles)


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0.0
    try:
        return time.clock_gettime(~pid << 3 | _CPU_CLOCK)
    except OSError:
        return 0.0


def memory_bytes(pid: int) -> int:
    """Return the memory a process has for itself, with its share of what others have too; 0 where nobody tells."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
