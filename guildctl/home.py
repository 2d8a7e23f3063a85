"""The folder that holds a running system: data, keys, logs, state."""

import fcntl
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guildctl.console import Problem
from mesh.auth import role_keys
from mesh.embedded import PortBook, started_at

_PREVIOUS_SECONDS = 30.0  # roles whose supervisor was killed drain this long at most


@dataclass(frozen=True, slots=True)
class Supervisor:
    """The `guild up` that runs on a home."""

    pid: int
    http_port: int
    grpc_port: int
    ready: bool


class Home:
    """Paths, secrets and state of one home folder."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self.keys = self.path / "keys"
        self.role_keys = self.keys / "roles"
        self.role_public_keys = self.keys / "public"
        self.mail = self.path / "mail"
        self.objects = self.path / "objects"
        self.ports = PortBook(self.path / "state.json")

    def log(self, name: str) -> Path:
        """Return the log of a role or a server."""
        return self.logs / f"{name}.log"

    def make_role_key(self, role: str) -> None:
        """Give a role the key it signs with; made once."""
        self.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        role_keys.make(self.role_keys, self.role_public_keys, role)

    def admin_token(self) -> str:
        """Return the token of operators; made once."""
        return self._secret("admin_token", lambda: secrets.token_urlsafe(32))

    def page_token_secret(self) -> str:
        """Return what page tokens are signed with; made once."""
        return self._secret("page_token_secret", lambda: secrets.token_urlsafe(32))

    def mail_secret(self) -> str:
        """Return what mails that wait are encrypted with; made once."""
        return self._secret("mail_secret", lambda: secrets.token_urlsafe(32))

    def factor_keys(self) -> str:
        """Return what second factors are encrypted with; made once."""
        return self._secret("factor_keys", lambda: f"1:{secrets.token_urlsafe(32)}")

    def contact_keys(self) -> str:
        """Return what contacts of members are hashed with; made once."""
        return self._secret("contact_keys", lambda: f"1:{secrets.token_urlsafe(32)}")

    def objects_secret(self) -> str:
        """Return what addresses of files are signed with; made once."""
        return self._secret("objects_secret", lambda: secrets.token_urlsafe(32))

    def state(self) -> dict[str, Any]:
        """Return what the last `guild up` noted."""
        return self.ports.read()

    def note(self, **entries: Any) -> None:
        """Add entries to the state."""
        self.ports.write(self.state() | entries)

    def supervisor(self) -> Supervisor | None:
        """Return the `guild up` that runs here now, told from an unrelated process by its start time."""
        noted = self.state().get("supervisor") or {}
        pid, since = noted.get("pid"), noted.get("started_at")
        if not isinstance(pid, int) or since is None or started_at(pid) != since:
            return None
        return Supervisor(pid, noted["http_port"], noted["grpc_port"], bool(noted.get("ready")))

    def lock(self, waiting: Callable[[], None]) -> int:
        """Claim this home for the life of the returned descriptor; raises Problem when a `guild up` holds it.

        Roles inherit the descriptor: those of a supervisor that was killed still hold it, and are waited for.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path / "up.lock", os.O_CREAT | os.O_RDWR, 0o600)
        deadline = time.monotonic() + _PREVIOUS_SECONDS
        told = False
        while not _try_lock(descriptor):
            if (running := self.supervisor()) is not None:
                where = f"REST on 127.0.0.1:{running.http_port}, pid {running.pid}"
                raise Problem(f"guild already runs on {self.path} ({where}): stop it with `guild down`")
            if time.monotonic() > deadline:
                raise Problem(f"processes of an earlier run still hold {self.path}: end them, or choose another --home")
            if not told:
                waiting()
                told = True
            time.sleep(0.05)
        return descriptor

    def _secret(self, name: str, make: Callable[[], str]) -> str:
        path = self.keys / name
        self.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            value = make()
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(f"{value}\n")
        return value


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
