"""What the three embedded servers have in common: a data folder, a port, a process."""

import abc
import fcntl
import signal
import subprocess
import time
from pathlib import Path
from typing import ClassVar

from mesh.embedded.ports import free_port
from mesh.embedded.process import ServerError, listens, spawn, tail

_START_SECONDS = 30.0
_STOP_SECONDS = 15.0
_LOCK_SECONDS = 15.0  # a server whose owner was killed needs this long at most to go
_ATTEMPTS = 3
_PORT_PATIENCE = 3.0  # a restart waits for its own port, since clients are waiting on it


class Server(abc.ABC):
    """One server process, started and stopped by us; `start` after `stop` or `kill` keeps port and data."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, data: Path, port: int | None = None, *, log: Path | None = None) -> None:
        self.data = data.absolute()
        self.log = log or self.data.with_name(f"{self.data.name}.log")
        self.port = port or 0
        self._process: subprocess.Popen[bytes] | None = None
        self._settled = False

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.pid is not None

    def launch(self) -> None:
        """Begin to start, without waiting; `start` completes it."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.port = free_port(self.port or None, patience=_PORT_PATIENCE if self._settled else 0.0)
        with self.data.with_name(f"{self.data.name}.lock").open("w") as lock:
            self._acquire(lock.fileno())
            self.prepare()
            # The server inherits the lock, so that it is free exactly when the server and all its children are gone.
            self._process = spawn(
                self.command(), log=self.log, death_signal=self.stop_signal, user=self.user(), pass_fds=(lock.fileno(),)
            )

    def start(self) -> None:
        """Start and wait until it answers; raises ServerError. A port that was taken meanwhile is changed."""
        for attempt in range(1, _ATTEMPTS + 1):
            if not self.alive:
                self.launch()
            if self._answers():
                self._settled = True
                return
            if attempt < _ATTEMPTS and not self._settled:
                self.port = free_port()
        raise ServerError(f"{self.name} did not start; its log {self.log} ends with:\n{tail(self.log)}")

    def stop(self) -> None:
        """Stop cleanly, by force after 15 seconds."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """Stop as a crash would."""
        self._end(signal.SIGKILL)

    def prepare(self) -> None:
        """Make the data folder what the server expects; the lock on it is held."""
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)

    @abc.abstractmethod
    def command(self) -> list[str | Path]:
        """Return the program with its arguments."""

    def user(self) -> int | None:
        """Return the uid the process runs as, None for our own."""
        return None

    def ready(self) -> bool:
        """Whether our process answers."""
        return self.pid is not None and listens(self.pid, self.port)

    def _answers(self) -> bool:
        deadline = time.monotonic() + _START_SECONDS
        while self.alive:
            if self.ready():
                return True
            if time.monotonic() > deadline:
                self.kill()
            time.sleep(0.01)
        return False

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _acquire(self, descriptor: int) -> None:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ServerError(
                        f"{self.data} is in use by another {self.name}; stop it or choose another home"
                    ) from None
                time.sleep(0.05)
            else:
                return
