"""One set of embedded servers for a whole test run, started when the first test asks for them."""

import contextlib
import json
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ADDRESS_VARIABLE = "GUILD_TEST_SERVERS"
"""Names the socket of the host to the worker processes of the run."""

_START_SECONDS = 90.0
_MAX_ANSWER_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class RunningServers:
    """Where the servers of this run listen; `home` is a folder all processes of the run share."""

    home: Path
    postgres: str
    redis_url: str
    nats_url: str

    def postgres_dsn(self, database: str = "postgres") -> str:
        """Return the address of one database."""
        return self.postgres.format(database=database)


class ServersUnavailable(Exception):  # noqa: N818 -- reads as what it says
    """The servers could not be started; `missing` when they are not installed at all."""

    def __init__(self, message: str, *, missing: bool) -> None:
        super().__init__(message)
        self.missing = missing


class ServerHost:
    """Owns the servers of a run: a thread that starts them on the first question, answers where they are.

    The thread lives until `close`, because the servers die with the thread that started them.
    """

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="guild-tests-"))
        self._home.chmod(0o711)  # where PostgreSQL cannot run as we do, it must still reach its own folder
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.address = str(self._home / "host.sock")
        self._socket.bind(self.address)
        self._socket.listen(64)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="test-servers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the servers, remove their data."""
        self._closing.set()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
            knock.connect(self.address)
        self._thread.join(_START_SECONDS)
        self._socket.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _serve(self) -> None:
        answer, stop = b"", None
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if self._closing.is_set():
                    break
                if not answer:
                    answer, stop = self._start()
                with contextlib.suppress(OSError):  # who asked may have given up
                    connection.sendall(answer)
        if stop:
            stop()

    def _start(self) -> tuple[bytes, Callable[[], None] | None]:
        try:
            from mesh.embedded import EmbeddedServers

            servers = EmbeddedServers(self._home / "servers")
            servers.start()
        except Exception as error:  # noqa: BLE001 -- whatever it was, the tests that need servers report it
            return _answer(error=repr(error), missing=isinstance(error, ModuleNotFoundError)), None
        postgres = servers.postgres_dsn("{database}")
        urls = {"postgres": postgres, "redis": servers.redis_url, "nats": servers.nats_url}
        return _answer(home=str(self._home), **urls), servers.stop


def ask(address: str | None = None) -> RunningServers:
    """Return where the servers are, starting them if nobody asked before; raises ServersUnavailable."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_START_SECONDS)
        connection.connect(address or os.environ[ADDRESS_VARIABLE])
        answer = json.loads(connection.makefile("rb").read(_MAX_ANSWER_BYTES))
    if "error" in answer:
        raise ServersUnavailable(answer["error"], missing=answer["missing"])
    return RunningServers(Path(answer["home"]), answer["postgres"], answer["redis"], answer["nats"])


def _answer(**values: str | bool) -> bytes:
    return json.dumps(values).encode()
