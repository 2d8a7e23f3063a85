"""One role as a child process that is started again when it dies or hangs."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

from guildctl import probe
from guildctl.environment import Ports
from guildctl.logwatch import LogWatch
from guildctl.roles import Role
from guildctl.silence import Silence
from mesh.embedded import spawn, started_at
from mesh.embedded.ports import is_free

START_SECONDS = 60.0  # for the first answer: a cold machine compiles every module first
HUNG_SECONDS = 10.0
"""A role that answered once and then nothing for this long is ended and started again."""

_TICK = 0.1  # between looks at a process that is not ready or is down
_PROBE_SECONDS = 3.0  # one that dies is noticed at once; only one that hangs, or lost a store, waits for this
_FIRST_WAIT = 0.2
_LONGEST_WAIT = 10.0
_STEADY_SECONDS = 30.0  # a process that lived this long starts again without waiting longer than the first time


class RoleProcess:
    """A role, its process, and what is known of its health."""

    def __init__(self, role: Role, ports: Ports, env: Mapping[str, str], watch: LogWatch, *, lock: int) -> None:
        self.role = role
        self.ports = ports
        self.restarts = 0
        self.deaths_in_a_row = 0
        self.health = "starting"
        self.hung = ""
        self._env = env
        self._watch = watch
        self._lock = lock
        self._silence = Silence(START_SECONDS)
        self._process: subprocess.Popen[bytes] | None = None
        self._since = 0.0
        self._next_start = 0.0
        self._started_at: int | None = None
        self._died = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether the last probe found it ready."""
        return self.health == "ready"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def last_error(self) -> str:
        """The last error line of its log in this run, or that it hung."""
        return self.hung or self._watch.last_error

    @property
    def uptime(self) -> float:
        """Seconds since its process started; 0 while it is down."""
        return time.monotonic() - self._since if self.pid is not None else 0.0

    def start(self) -> None:
        """Start the process."""
        if self._process is None:
            self._watch.begin()
        self._since = time.monotonic()
        self.health = "starting"
        self._silence = Silence(START_SECONDS)
        command = [sys.executable, "-m", self.role.module, *self.role.args]
        self._process = spawn(
            command,
            log=self._watch.path,
            env=self._env,
            death_signal=signal.SIGTERM,
            pass_fds=(self._lock,),
        )
        self._started_at = started_at(self._process.pid)

    async def keep(self) -> None:
        """Probe the process now and then; start it again when it died or hung; goes on until it is cancelled."""
        while True:
            self._died.clear()
            if self.pid is None:
                self._tend_dead()
            else:
                await self._probe(time.monotonic())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PROBE_SECONDS if self.ready else _TICK):
                    await self._died.wait()

    def look(self) -> None:
        """Notice now whether the process died: some child did."""
        if self.pid is None:
            self._died.set()

    async def _probe(self, asked_at: float) -> None:
        self._watch.update()
        reason = await probe.why_not_ready(self.ports.admin)
        if self.pid is None:
            return
        if reason != probe.NO_ANSWER:
            self.health = "ready" if reason is None else reason
            self._silence.limit = HUNG_SECONDS
            self._silence.heard()
        else:
            self.health = "starting" if self._silence.limit == START_SECONDS else reason
            if self._silence.missed(asked_at):
                self.hung = f"it answered nobody for {self._silence.limit:g} s"
                self.kill()
        if self.uptime > _STEADY_SECONDS:
            self.deaths_in_a_row = 0

    def _tend_dead(self) -> None:
        now = time.monotonic()
        if self.health not in {"died", "stopped"}:
            self._watch.update()
            self.health = "died"
            self.deaths_in_a_row += 1
            self._next_start = now + min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (self.deaths_in_a_row - 1))
        elif now >= self._next_start and is_free(self.ports.admin):
            self.restarts += 1
            try:
                self.start()
            except OSError:  # this machine has no room for another process
                self.health = "died"
                self._next_start = now + _LONGEST_WAIT

    def state(self) -> Mapping[str, object]:
        """Return what `guild status` and `guild down` need to know."""
        pid = self.pid
        return {
            "pid": pid,
            "started_at": self._started_at if pid else None,
            "port": self.ports.grpc,
            "admin_port": self.ports.admin,
            "restarts": self.restarts,
            "hung": self.hung,
        }

    def terminate(self) -> None:
        """Ask it to drain."""
        self.health = "draining"
        if self.pid is not None and self._process is not None:
            self._process.send_signal(signal.SIGCONT)  # it may have been stopped
            self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        if self.pid is not None and self._process is not None:
            self._process.kill()
