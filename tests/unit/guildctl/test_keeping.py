"""Processes that are watched without looking all the time."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from guildctl import process as process_module
from guildctl.environment import Ports
from guildctl.logwatch import LogWatch
from guildctl.process import RoleProcess
from guildctl.roles import Role
from mesh.embedded import free_port
from mesh.testing import wait_for

_ROLE = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""


async def test_a_role_that_dies_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its death is told by the system, long before the next question after its health."""
    monkeypatch.setattr(process_module, "_PROBE_SECONDS", 600.0)
    (tmp_path / "role_under_test.py").write_text(_ROLE)
    port = free_port()
    role = Role("test", "role_under_test", (str(port),))
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    process = RoleProcess(role, Ports(grpc=0, admin=port), env, LogWatch(tmp_path / "log"), lock=lock)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGCHLD, process.look)
    process.start()
    keeping = asyncio.create_task(process.keep())
    try:
        await wait_for(lambda: process.ready, 30)
        first = process.pid
        assert first is not None
        process.kill()
        await wait_for(lambda: process.restarts == 1 and process.ready, 30)

        assert process.pid not in {None, first}
    finally:
        keeping.cancel()
        loop.remove_signal_handler(signal.SIGCHLD)
        process.kill()
        await wait_for(lambda: process.pid is None, 30)
        os.close(lock)
