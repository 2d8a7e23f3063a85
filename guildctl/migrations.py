"""Bring the databases of all services to the newest schema."""

import asyncio
import importlib.util
import os
import subprocess
import sys

from guildctl.bytecode import compiled
from guildctl.console import Problem
from guildctl.home import Home
from guildctl.roles import DATABASES
from guildctl.stores import Stores


def migrate(stores: Stores) -> list[str]:
    """Create the databases that are missing and upgrade all; return their names. Raises Problem."""
    done: list[str] = []
    for database, package in DATABASES.items():
        if importlib.util.find_spec(f"{package}.store") is None:
            continue
        try:
            asyncio.run(_bring_up(stores, database, package))
        except Exception as error:
            raise Problem(f"the migrations of {package} failed on {database}: {error}") from error
        done.append(database)
    return done


async def _bring_up(stores: Stores, database: str, package: str) -> None:
    from mesh.data import migrate

    await migrate.create_database(stores.dsn(), database)
    await migrate.upgrade(package, stores.dsn(database))


def migrate_apart(stores: Stores, home: Home) -> None:
    """Do the same in a process of its own, which takes the memory it needed with it."""
    command = [sys.executable, "-m", "guildctl", "migrate"]
    env = {**compiled(os.environ, home), **stores.environment()}
    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False, start_new_session=True)
    if ended.returncode:
        said = (ended.stderr.strip() or ended.stdout.strip()).splitlines()[-3:]
        raise Problem("\n".join(said).removeprefix("error: ") or "the migrations failed")
