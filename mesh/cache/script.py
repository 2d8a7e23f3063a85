"""Lua scripts that survive a flush of the server's script cache, on one server and on a cluster."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from redis.crc import key_slot
from redis.exceptions import NoScriptError

from mesh.cache.pipeliner import Argument, Pipeliner

MOST_KEYS = 200
"""Keys of one run: keeps a script below a millisecond, since the server does nothing else meanwhile."""


class Script:
    """One Lua script, sent by its hash. It may touch its keys, and those that share a hash tag with one of them."""

    def __init__(self, lua: str, prefix: str, pipeliner: Pipeliner, *, cluster: bool) -> None:
        self._lua = lua
        self._sha = hashlib.sha1(lua.encode(), usedforsecurity=False).hexdigest()
        self._prefix = prefix
        self._pipeliner = pipeliner
        self._cluster = cluster

    async def __call__(self, keys: Sequence[str], args: Sequence[Argument] = ()) -> Any:
        """Run the script and return its reply; keys are given without the prefix.

        Raises ValueError for keys of several slots, also where there is no cluster: a cluster could not run it.
        """
        names = [self._prefix + key for key in keys]
        if len(names) > 1 and len(set(map(_slot, names))) > 1:
            raise ValueError("a script runs in one slot: give its keys one hash tag, or use `each`")
        return await self._run(names, args)

    async def each(
        self, keys: Sequence[str], shared: Sequence[Argument] = (), own: Sequence[Argument] | None = None
    ) -> list[Any]:
        """Run a script that treats each key by itself over many of them, and return the replies of its runs.

        One run gets the keys of one slot of a cluster, up to 200 anywhere; its arguments are the `shared` ones and then
        the `own` of each of its keys.
        """
        names = [self._prefix + key for key in keys]
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for at, name in enumerate(names):
            groups[_slot(name) if self._cluster else 0].append(at)
        runs = [group[at : at + MOST_KEYS] for group in groups.values() for at in range(0, len(group), MOST_KEYS)]
        return await asyncio.gather(
            *(
                self._run([names[at] for at in run], [*shared, *([own[at] for at in run] if own is not None else ())])
                for run in runs
            )
        )

    async def _run(self, names: Sequence[str], args: Sequence[Argument]) -> Any:
        operands = (len(names), *names, *args)
        try:
            return await self._pipeliner.submit(("EVALSHA", self._sha, *operands))
        except NoScriptError:  # the server forgot it: SCRIPT FLUSH, a restart, another node
            return await self._pipeliner.submit(("EVAL", self._lua, *operands))


def _slot(name: str) -> int:
    return key_slot(name.encode())
