"""The system under load: a `guild up` on some home, with the addresses of its roles and stores."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.system.accounts import Watched
from guildctl.home import Home, Supervisor
from guildctl.stores import Stores
from mesh.settings import RpcSettings, load


class NotRunning(Exception):  # noqa: N818 - says what is the matter
    """What a workload needs does not run; the message says what."""


@dataclass(frozen=True, slots=True)
class _Settings:
    rpc: RpcSettings = field(default_factory=RpcSettings)


@dataclass(frozen=True, slots=True)
class RolePorts:
    """One role's process."""

    pid: int
    port: int
    admin_port: int


@dataclass(frozen=True)
class System:
    """Where everything is; `stores` are the processes of those that are embedded, `python` that of its own code."""

    home: Home
    supervisor: Supervisor
    roles: Mapping[str, RolePorts]
    stores: Mapping[str, int] = field(default_factory=dict[str, int])
    python: str = sys.executable
    own: bool = False
    """Whether it is thrown away after the run."""

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
        """The engine roles serve with: that of their environment, else the default, which is that of any deployment."""
        return load(_Settings, self.environment("profile")).rpc.engine

    def has(self, role: str) -> bool:
        """Whether a role runs."""
        return role in self.roles

    def address(self, role: str) -> str:
        """Return where a role itself serves gRPC; raises NotRunning."""
        return f"127.0.0.1:{self._role(role).port}"

    def pid(self, role: str) -> int:
        """Return the process of a role; raises NotRunning."""
        return self._role(role).pid

    def environment(self, role: str) -> Mapping[str, str] | None:
        """Return the variables a role was started with; None where the operating system does not tell."""
        try:
            text = Path(f"/proc/{self.pid(role)}/environ").read_text()
        except OSError:
            return None
        return dict(line.split("=", 1) for line in text.split("\0") if "=" in line)

    def watch(self, *roles: str) -> Watched:
        """Return the processes of some roles, of all that run when none is named, and of the stores."""
        names = [role for role in roles if self.has(role)] if roles else self.roles
        return Watched({name: self.pid(name) for name in names}, self.stores)

    def dsn(self, database: str) -> str:
        """Return the address of a database of this system, by which its roles reach it."""
        return Stores(self.home).local_dsn(database)

    @property
    def redis_url(self) -> str:
        """Where Redis is, as its roles reach it."""
        return Stores(self.home).redis_url

    def _role(self, name: str) -> RolePorts:
        if name not in self.roles:
            raise NotRunning(f"{name} does not run on {self.home.path}")
        return self.roles[name]


def attach(path: Path, python: str = sys.executable) -> System | None:
    """Return what runs on a home, None when nothing does or it is not ready yet."""
    home = Home(path)
    supervisor = home.supervisor()
    if supervisor is None or not supervisor.ready:
        return None
    state = home.state()
    noted: Mapping[str, Mapping[str, Any]] = state.get("roles") or {}
    roles = {
        name: RolePorts(role["pid"], role["port"] or 0, role["admin_port"])
        for name, role in noted.items()
        if isinstance(role.get("pid"), int)
    }
    kept: Mapping[str, Mapping[str, Any]] = state.get("stores") or {}
    stores = {name: store["pid"] for name, store in kept.items() if isinstance(store.get("pid"), int)}
    return System(home, supervisor, roles, stores, python)
