"""Leave a supervisor running behind a command that returns."""

import os
import subprocess
import sys
import time

from guildctl.console import Problem, console
from guildctl.home import Home, Supervisor
from guildctl.status import rows
from guildctl.table import lines, render
from guildctl.view import welcome
from mesh.embedded.process import open_log

_START_SECONDS = 120.0


def detach(home: Home, http_port: int, grpc_port: int, only: list[str]) -> None:
    """Start `guild up` in a session of its own and return when it is ready; raises Problem with its words when not."""
    began = time.monotonic()
    command = [sys.executable, "-m", "guildctl", "up", "--home", str(home.path)]
    command += ["--port", str(http_port), "--grpc-port", str(grpc_port), *(f"--only={name}" for name in only)]
    with open_log(home.log("supervisor"), fresh=True) as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, env=os.environ
        )
    running = _wait(home, child, began)
    table = rows(home)
    if console.is_terminal:
        console.print(render(table, welcome(running.http_port, running.grpc_port, time.monotonic() - began)))
    else:
        for line in (*lines(table), welcome(running.http_port, running.grpc_port, time.monotonic() - began)):
            console.print(line, highlight=False, soft_wrap=True)


def _wait(home: Home, child: subprocess.Popen[bytes], began: float) -> Supervisor:
    while time.monotonic() - began < _START_SECONDS:
        if child.poll() is not None:
            said = f"\n{home.log('supervisor').read_text()}".rpartition("\nerror: ")[2].strip()
            raise Problem(said or f"guild did not start; see {home.log('supervisor')}")
        running = home.supervisor()
        if running is not None and running.pid == child.pid and running.ready:
            return running
        time.sleep(0.05)
    child.terminate()
    raise Problem(f"guild was not ready after {_START_SECONDS:g} s; see {home.log('supervisor')}")
