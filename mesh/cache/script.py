"""Lua scripts that survive a flush of the server's script cache."""

import hashlib
from collections.abc import Sequence
from typing import Any

from redis.exceptions import NoScriptError

from mesh.cache.pipeliner import Argument, Pipeliner


class Script:
    """One Lua script, sent by its hash; all its keys must be passed as keys, and live in one slot of a cluster."""

    def __init__(self, lua: str, prefix: str, pipeliner: Pipeliner) -> None:
        self._lua = lua
        self._sha = hashlib.sha1(lua.encode(), usedforsecurity=False).hexdigest()
        self._prefix = prefix
        self._pipeliner = pipeliner

    async def __call__(self, keys: Sequence[str], args: Sequence[Argument] = ()) -> Any:
        """Run the script and return its reply; keys are given without the prefix."""
        operands = (len(keys), *(self._prefix + key for key in keys), *args)
        try:
            return await self._pipeliner.submit(("EVALSHA", self._sha, *operands))
        except NoScriptError:  # the server forgot it: SCRIPT FLUSH, a restart, another node
            return await self._pipeliner.submit(("EVAL", self._lua, *operands))
