"""Compiled modules: what makes a role start in one second instead of five."""

import subprocess
import sys
from collections.abc import Mapping

from guildctl.home import Home
from mesh.embedded import spawn

_SHARED = "import mesh.service"  # nearly all that roles import is behind this
_SECONDS = 60.0


def compiled(env: Mapping[str, str], home: Home) -> dict[str, str]:
    """Return `env` so that its process keeps compiled modules: in the home where they may not lie beside the source."""
    if not env.get("PYTHONDONTWRITEBYTECODE"):
        return dict(env)
    kept = {name: value for name, value in env.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(home.path / "pycache")}


class Warming:
    """Compiles what roles share, once for a home, before all of them would do it at the same time."""

    def __init__(self, home: Home, env: Mapping[str, str]) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        if not home.state().get("warm"):
            command = [sys.executable, "-c", _SHARED]
            self._process = spawn(command, log=home.log("warming"), env=compiled(env, home))

    def finish(self) -> None:
        """Wait until it is done; a failure shows again, and better, in the roles."""
        if self._process is None:
            return
        try:
            self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._home.note(warm=self._process.returncode == 0)
