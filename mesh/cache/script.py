"""Lua scripts that survive a flush of the server's script cache, on one server and on a cluster."""

import hashlib
from collections.abc import Sequence
from typing import Any

from mesh.cache.packing import Argument
from mesh.cache.sender import Sender
from mesh.cache.sent import SentScript
from mesh.cache.slots import runs, slot_of


class Script:
    """One Lua script, sent by its hash. It may touch its keys, and those that share a hash tag with one of them."""

    def __init__(self, lua: str, prefix: str, sender: Sender) -> None:
        self._lua = lua
        self._sha = hashlib.sha1(lua.encode(), usedforsecurity=False).hexdigest()
        self._prefix = prefix
        self._sender = sender

    async def __call__(self, keys: Sequence[str], args: Sequence[Argument] = ()) -> Any:
        """Run the script and return its reply; keys are given without the prefix.

        Raises ValueError for keys of several slots, also where there is no cluster: a cluster could not run it.
        """
        return await self.start(keys, args).reply()

    def start(self, keys: Sequence[str], args: Sequence[Argument] = ()) -> SentScript:
        """Send the script with the commands of this tick; raises as a call does, CacheUnavailable at once."""
        names = [self._prefix + key for key in keys]
        if len(names) > 1 and len(set(map(slot_of, names))) > 1:
            raise ValueError("a script runs in one slot: give its keys one hash tag, or use `each`")
        return self._start(names, args)

    async def each(
        self, keys: Sequence[str], shared: Sequence[Argument] = (), own: Sequence[Argument] | None = None
    ) -> list[Any]:
        """Run a script that treats each key by itself over many of them, and return the replies of its runs.

        One run gets the keys of one slot of a cluster, up to 200 anywhere; its arguments are the `shared` ones and then
        the `own` of each of its keys.
        """
        started = self.start_each(keys, shared, own)
        try:
            return [await sent.reply() for _, sent in started]
        finally:
            for _, sent in started:
                sent.forget()

    def start_each(
        self, keys: Sequence[str], shared: Sequence[Argument] = (), own: Sequence[Argument] | None = None
    ) -> list[tuple[list[int], SentScript]]:
        """Send what `each` awaits: the runs, with the positions of their keys; raises CacheUnavailable at once."""
        names = [self._prefix + key for key in keys]
        started: list[tuple[list[int], SentScript]] = []
        try:
            for run in runs(names, cluster=self._sender.cluster):
                of_keys = [own[at] for at in run] if own is not None else []
                started.append((run, self._start([names[at] for at in run], [*shared, *of_keys])))
        except BaseException:
            for _, sent in started:
                sent.forget()
            raise
        return started

    def _start(self, names: Sequence[str], args: Sequence[Argument]) -> SentScript:
        operands = (len(names), *names, *args)
        return SentScript(self._sender, names[0], ("EVALSHA", self._sha, *operands), self._lua)
