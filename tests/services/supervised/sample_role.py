"""A role as small as one can be: an admin port, and a file that makes it die or unready."""

import os
import sys
from pathlib import Path

from mesh.lifecycle import AdminServer, App, run
from mesh.settings import ServerSettings

SPOILED = Path(os.environ["GUILD_HOME"], "spoiled")


async def unspoiled() -> None:
    if SPOILED.exists():  # noqa: ASYNC240 - one stat call
        raise RuntimeError("spoiled")


def build() -> App:
    if "--broken" in sys.argv:
        raise RuntimeError("the sample is broken")
    settings = ServerSettings(admin_port=int(os.environ["GUILD_SERVER_ADMIN_PORT"]))
    return App("sample", [AdminServer(settings)], checks={"fruit": unspoiled})


if __name__ == "__main__":
    sys.exit(run(build))
