"""Roles as child processes that a test kills and starts again, on their ports."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from guildctl import probe
from guildctl.bytecode import compiled
from guildctl.home import Home
from mesh.embedded import free_port, spawn
from mesh.testing import TestIdentity, wait_for

_START_SECONDS = 60.0  # a cold machine compiles every module first


class RoleProcess:
    """`python -m MODULE` with an environment; the same ports after every start."""

    def __init__(self, module: str, *arguments: str, env: Mapping[str, str], ground: Any) -> None:
        self.port, self.admin_port = free_port(), free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.log = ground.home / f"{module}-{self.port}.log"
        self._command = [sys.executable, "-m", module, *arguments]
        ports = {"GUILD_SERVER_PORT": str(self.port), "GUILD_SERVER_ADMIN_PORT": str(self.admin_port)}
        self._env = {**compiled(os.environ, Home(ground.compiled)), **env, **ports}
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        self._process = await asyncio.to_thread(spawn, self._command, log=self.log, env=self._env)
        await wait_for(self._ready, timeout=_START_SECONDS)

    def kill(self) -> None:
        """End it as a crash would: `kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()[-4000:]
        return await probe.why_not_ready(self.admin_port) is None


def environment(ground: Any, identity: TestIdentity, dsn: str, **more: str) -> dict[str, str]:
    """The variables of a role on these servers."""
    return {
        "GUILD_DATABASE_DSN": dsn,
        "GUILD_REDIS_URL": ground.servers.redis_url,
        "GUILD_NATS_URL": ground.servers.nats_url,
        "GUILD_AUTH_JWKS_URL": identity.settings.jwks_url,
        "GUILD_AUTH_ISSUER": identity.settings.issuer,
        "GUILD_AUTH_ROLE_KEY_DIR": str(identity.settings.role_key_dir),
        "GUILD_AUTH_ROLE_PUBLIC_KEYS_DIR": str(identity.settings.role_public_keys_dir),
        "GUILD_SIGNING_KEYS_DIR": str(identity.ring_folder),
        "GUILD_MAIL_FOLDER": str(ground.home / "mail"),
        "GUILD_PAGE_TOKEN_SECRET": "the page token secret under test",
        "GUILD_HASHING_COST": "test",
        "GUILD_REQUEST_COOLDOWN_DAYS": "0",
        **more,
    }
