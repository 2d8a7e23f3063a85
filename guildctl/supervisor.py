"""Starts stores and roles, keeps them up, drains them."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from guildctl.bytecode import Warming
from guildctl.console import Problem
from guildctl.environment import environment, lay_out
from guildctl.home import Home
from guildctl.keeper import StoreKeeper
from guildctl.logwatch import LogWatch
from guildctl.migrations import migrate_apart
from guildctl.process import START_SECONDS, RoleProcess
from guildctl.roles import Role
from guildctl.stores import NAMES, Stores
from guildctl.table import Row
from guildctl.view import View
from mesh.embedded import started_at
from mesh.embedded.ports import is_free

_DEATHS_BEFORE_READY = 4  # a role that dies this often before it was ever ready will not come up by itself
_STARTING_TICK = 0.1
_STEADY_TICK = 1.0
_STOP_GRACE = 5.0  # over what a role allows itself for its drain


class Supervisor:
    """One run of the system on one home."""

    def __init__(
        self,
        home: Home,
        roles: Sequence[Role],
        http_port: int,
        grpc_port: int,
        view: View,
        *,
        prepare: Callable[[Stores, Home], None] = migrate_apart,
    ) -> None:
        self._home = home
        self._roles = roles
        self._http_port = http_port
        self._grpc_port = grpc_port
        self._view = view
        self._prepare = prepare
        self._stores = Stores(home)
        self._processes: list[RoleProcess] = []
        self._keepers: list[StoreKeeper] = []
        self._keeping: list[asyncio.Task[None]] = []
        self._noted: object = None
        self._stop = asyncio.Event()
        self._hurry = False

    async def run(self) -> None:
        """Bring everything up, keep it up until a signal, drain; raises Problem when it does not come up."""
        began = time.monotonic()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal)
        loop.add_signal_handler(signal.SIGCHLD, self._on_child)
        lock = self._home.lock(lambda: self._view.line("waiting for the processes of an earlier run to end"))
        try:
            self._refuse_taken_ports()
            self._note(ready=False)
            await self._bring_up(lock)
            await self._until_ready()
            if not self._stop.is_set():
                self._note(ready=True)
                self._view.ready(self.rows(), self._http_port, self._grpc_port, time.monotonic() - began)
            while not self._stop.is_set():
                await self._tick(_STEADY_TICK)
        finally:
            await self._drain()
            self._home.note(supervisor=None, roles={})
            os.close(lock)
        self._view.line("guild has stopped")

    def rows(self) -> Iterator[Row]:
        """Return what is running now."""
        for name in NAMES:
            keeper = next((keeper for keeper in self._keepers if keeper.server.name == name), None)
            if keeper is None:
                yield Row(name, "external", "", "external")
            else:
                yield Row(name, str(keeper.server.port), "", keeper.health, keeper.restarts, keeper.hung)
        for process in self._processes:
            ports = process.ports
            where = f"{self._http_port}, {self._grpc_port}" if process.role.name == "edge" else str(ports.grpc or "")
            yield Row(process.role.name, where, str(ports.admin), process.health, process.restarts, process.last_error)

    def _on_signal(self) -> None:
        self._hurry = self._stop.is_set()  # the second signal ends what still drains
        self._stop.set()

    def _on_child(self) -> None:
        for one in (*self._keepers, *self._processes):
            one.look()

    def _refuse_taken_ports(self) -> None:
        if not any(role.name == "edge" for role in self._roles):
            return
        public = {"--port": self._http_port, "--grpc-port": self._grpc_port}
        if self._http_port == self._grpc_port:
            raise Problem(f"port {self._http_port} cannot be both --port and --grpc-port: choose another for one")
        self._stores.leave_free(public.values())
        for option, port in public.items():
            if not is_free(port):
                raise Problem(f"port {port} is in use by another program: end it, or choose another with {option}")

    async def _bring_up(self, lock: int) -> None:
        if self._stores.external:
            from guildctl.checkup import refuse_dead

            await refuse_dead(self._stores)
        warming = Warming(self._home, os.environ)
        self._stores.start()
        self._keepers = [StoreKeeper(server, self._view.line) for server in self._stores.servers]
        self._view.line("stores are up: " + ", ".join(NAMES))
        self._prepare(self._stores, self._home)
        self._view.line("databases are migrated")
        warming.finish()
        layout = lay_out(self._home, self._http_port, self._grpc_port)
        for role in self._roles:
            env = environment(role, layout, self._stores, self._home)
            watch = LogWatch(self._home.log(role.name))
            process = RoleProcess(role, layout.roles[role.name], env, watch, lock=lock)
            process.start()
            self._processes.append(process)
        self._keeping = [asyncio.create_task(one.keep()) for one in (*self._keepers, *self._processes)]

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._stop.is_set() and not all(process.ready for process in self._processes):
            for process in self._processes:
                hopeless = process.deaths_in_a_row >= _DEATHS_BEFORE_READY
                if hopeless or (time.monotonic() > deadline and not process.ready):
                    raise Problem(_why(process, self._home.log(process.role.name), died=hopeless))
            await self._tick(_STARTING_TICK)

    async def _tick(self, seconds: float) -> None:
        for task in self._keeping:
            if task.done():
                task.result()  # a keeper never ends by itself
        self._note_states()
        self._view.update(self.rows())
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return

    async def _drain(self) -> None:
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        if self._processes:
            self._view.line("draining")
        allowed = float(os.environ.get("GUILD_DRAIN_SECONDS", "20")) + _STOP_GRACE
        for process in reversed(self._processes):
            process.terminate()
            deadline = time.monotonic() + allowed
            while process.pid is not None:
                if self._hurry or time.monotonic() > deadline:
                    process.kill()
                self._view.update(self.rows())
                await asyncio.sleep(0.02)
            process.health = "stopped"
        self._stores.stop()

    def _note(self, *, ready: bool) -> None:
        pid = os.getpid()
        noted = {"pid": pid, "started_at": started_at(pid), "ready": ready}
        noted |= {"http_port": self._http_port, "grpc_port": self._grpc_port}
        self._home.note(supervisor=noted, external=[*self._stores.external])

    def _note_states(self) -> None:
        roles = {process.role.name: process.state() for process in self._processes}
        stores = {keeper.server.name: keeper.state() for keeper in self._keepers}
        if (roles, stores) != self._noted:
            self._home.note(roles=roles, stores=stores)
            self._noted = roles, stores


def _why(process: RoleProcess, log: Path, *, died: bool) -> str:
    name = process.role.name
    what = "keeps dying" if died else f"is not ready after {START_SECONDS:g} s ({process.health})"
    error = f": {process.last_error}" if process.last_error else ""
    return f"{name} {what}{error}\nits log is {log}; `guild logs {name}` shows it"
