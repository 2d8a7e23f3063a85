"""The entries of a feed in the order in which one member reads them, from page to page."""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from svc_feed.domain.feed import MAX_ENTRIES, Entry, Order, Window
from svc_feed.domain.full_pass import FULL, in_reading_order, pack, unpack
from svc_feed.domain.ids import UserId
from svc_feed.domain.scoring import Term
from svc_feed.usecases.ranked_feed import Ranked


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: in which build, behind which entry; before that entry come those that `ahead` names.

    What is ahead is the rest of the second pass, whose entries all rank before `after` in that build.
    """

    build: str = ""
    after: Entry | None = None
    ahead: bytes = b""

    def cursor(self) -> dict[str, Any]:
        """What a page token says of it."""
        after = self.after
        cursor: dict[str, Any] = {"build": self.build}
        if after is not None:
            cursor |= {"score": after.score, "member": after.member.hex()}
        if self.ahead:
            cursor["ahead"] = base64.b64encode(self.ahead).decode()
        return cursor

    @classmethod
    def of(cls, cursor: Mapping[str, Any]) -> Self:
        """The place that a page token says."""
        after = Entry(cursor["score"], bytes.fromhex(cursor["member"])) if "member" in cursor else None
        return cls(cursor["build"], after, base64.b64decode(cursor.get("ahead", "")))


Lower = Callable[[UserId, Ranked, Sequence[Entry]], Awaitable[Mapping[bytes, Sequence[Term]]]]
"""Tells for a reader what the second pass takes from which entries."""


class FeedEntries:
    """Read on as needed; the first page of a ranked feed, and what is left of it, is in the order of the second pass.

    The entries of the second pass are looked for by their ids: in the build they were read from their scores do not
    move, and whatever came into it since is above or below, not among them.
    """

    def __init__(
        self,
        feed: Callable[[UserId, Window], Awaitable[Ranked]],
        user: UserId,
        window: Window,
        ahead: bytes = b"",
        lower: Lower | None = None,
    ) -> None:
        self._feed, self._user, self._window, self._order = feed, user, window, ahead
        self._lower = lower
        self._ahead: list[Entry] = []
        self._plan: list[Entry] = []
        self._floor = window.after
        self._ended = False
        self._begun = False
        self.read = Ranked((), window.build, 0.0)
        self.missing = set[str]()

    @property
    def more(self) -> bool:
        """Whether there are entries behind those that were given."""
        return bool(self._ahead)

    async def next(self, count: int) -> list[Entry]:
        """The next entries, none at the end; reads on as long as it is not sure whether there are more."""
        if len(self._ahead) <= count and not self._ended:
            await (self._on() if self._begun else self._begin())
            self._begun = True
        given, self._ahead = self._ahead[:count], self._ahead[count:]
        return given

    def place(self, last: Entry) -> Place:
        """Where the next page begins when this entry was the last to be looked at."""
        if last not in self._plan:
            return Place(self.read.build, last)
        return Place(self.read.build, self._floor, pack(self._plan[self._plan.index(last) + 1 :]))

    async def _begin(self) -> None:
        window = self._window
        if self._order:
            await self._resume()
        elif window.after is None and window.order is Order.RANKED and window.offset < FULL:
            await self._plan_anew()
        else:
            await self._on()

    async def _on(self) -> None:
        read = await self._read(self._window)
        self._ahead += read.entries

    async def _plan_anew(self) -> None:
        offset = self._window.offset
        read = await self._read(replace(self._window, count=max(FULL, offset + self._window.count), offset=0))
        best = read.entries[:FULL]
        shown = in_reading_order(read.entries, await self._lower(self._user, read, best) if self._lower else {})
        self._plan, self._floor = shown[:FULL], best[-1] if best else None
        self._ahead = shown[offset:]

    async def _resume(self) -> None:
        """Find the rest of the second pass again; further away where much came on top since, or all was built anew."""
        window, floor = replace(self._window, after=None, count=2 * FULL), self._window.after
        read = await self._read(window)
        found = read.build == self._window.build and (self._ended or floor is None or read.entries[-1] <= floor)
        if not found and not read.cold:
            read = await self._read(replace(window, count=MAX_ENTRIES))
        self._plan = unpack(self._order, read.entries)
        planned = {*self._plan}
        behind = (entry for entry in read.entries if floor is not None and entry < floor and entry not in planned)
        self._ahead = [*self._plan, *behind]

    async def _read(self, window: Window) -> Ranked:
        read = self.read = await self._feed(self._user, window)
        self.missing |= read.missing
        self._ended = read.cold or len(read.entries) < window.count
        if read.entries:
            self._window = self._window.behind(read.entries[-1], read.build)
        return read
