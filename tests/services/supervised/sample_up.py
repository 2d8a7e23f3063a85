"""Supervise two sample roles: `sample_up.py HOME HTTP_PORT GRPC_PORT [--broken]`."""

import asyncio
import os
import sys
from pathlib import Path

from guildctl.console import Problem, fail
from guildctl.home import Home
from guildctl.roles import Role
from guildctl.supervisor import Supervisor
from guildctl.view import View

os.environ["PYTHONPATH"] = str(Path(__file__).parent)
ROLES = (
    Role("profile", "sample_role", database="guild_profile"),
    Role("edge", "sample_role", tuple(sys.argv[4:]), needs=("profile",), serves=False),
)

if __name__ == "__main__":
    home, http_port, grpc_port = sys.argv[1:4]
    try:
        asyncio.run(
            Supervisor(
                Home(Path(home)),
                ROLES,
                int(http_port),
                int(grpc_port),
                View(),
                prepare=lambda _stores, _home: None,
            ).run()
        )
    except Problem as problem:
        fail(problem)
