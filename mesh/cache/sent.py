"""Commands that are on their way."""

import asyncio
from typing import Any

from mesh.cache.errors import ScriptUnknown
from mesh.cache.packing import Command
from mesh.cache.sender import Sender


class Sent:
    """A command that left with the others of its tick; await its `reply` once."""

    __slots__ = ("_command", "_key", "_sender", "_sent")

    def __init__(self, sender: Sender, key: str, command: Command) -> None:
        """Send it; raises CacheUnavailable at once while the cache is down."""
        self._sender = sender
        self._key = key
        self._command = command
        self._sent: asyncio.Future[Any] = sender.submit(key, command)

    async def reply(self) -> Any:
        """Return the server's reply; raises CommandRefused, CacheUnavailable."""
        return await self._sender.reply(self._command, self._sent)

    def forget(self) -> None:
        """Do without the reply."""
        self._sender.forget(self._sent)


class SentScript(Sent):
    """A script that was sent by its hash."""

    __slots__ = ("_lua",)

    def __init__(self, sender: Sender, key: str, command: Command, lua: str) -> None:
        super().__init__(sender, key, command)
        self._lua = lua

    async def reply(self) -> Any:
        """Return what the script did."""
        try:
            return await self._sender.reply(self._command, self._sent)
        except ScriptUnknown:  # the server forgot it: SCRIPT FLUSH, a restart, another node
            return await self._sender.run(self._key, ("EVAL", self._lua, *self._command[2:]))
