"""The entries of a feed in the order in which one member reads them, from page to page."""

import base64
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

from mesh.errors import DeadlineExceeded, Unavailable
from svc_feed.domain.feed import MAX_ENTRIES, Entry, Order, Window
from svc_feed.domain.full_pass import FULL, chosen, pack, planned, short, shorts, unpack
from svc_feed.domain.ids import UserId
from svc_feed.domain.ranking import Given, Passed
from svc_feed.domain.scoring import Term
from svc_feed.usecases.ranked_feed import Ranked


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: in which build, behind which entry; before that entry come those that `ahead` names.

    What is ahead is the rest of the second pass. `aside` names those that it gave already and that rank behind `after`.
    """

    build: str = ""
    after: Entry | None = None
    ahead: bytes = b""
    aside: bytes = b""

    def cursor(self) -> dict[str, Any]:
        """What a page token says of it."""
        after = self.after
        cursor: dict[str, Any] = {"build": self.build}
        if after is not None:
            cursor |= {"score": after.score, "member": after.member.hex()}
        for name, packed in (("ahead", self.ahead), ("aside", self.aside)):
            if packed:
                cursor[name] = base64.b64encode(packed).decode()
        return cursor

    @classmethod
    def of(cls, cursor: Mapping[str, Any]) -> Self:
        """The place that a page token says."""
        after = Entry(cursor["score"], bytes.fromhex(cursor["member"])) if "member" in cursor else None
        ahead, aside = (base64.b64decode(cursor.get(name, "")) for name in ("ahead", "aside"))
        return cls(cursor["build"], after, ahead, aside)


class SecondPass(Protocol):
    """What the second pass goes by for one reader."""

    def seen(self, read: Ranked) -> Collection[bytes]:
        """Which of the entries were seen, by what names them."""
        ...

    async def __call__(self, me: UserId, read: Ranked, entries: Sequence[Entry]) -> Mapping[bytes, Sequence[Term]]:
        """The terms that entries lose, by what names them."""
        ...


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
        second_pass: SecondPass,
        *,
        ahead: bytes = b"",
        aside: bytes = b"",
    ) -> None:
        self._feed, self._user, self._window, self._order = feed, user, window, ahead
        self._second_pass, self._aside = second_pass, {*shorts(aside)}
        self._ahead: list[Entry] = []
        self._plan: list[Entry] = []
        self._floor = window.after
        self._ended = False
        self._begun = False
        self.read = Ranked((), window.build, 0.0)
        self.missing = set[str]()
        self.given: Given | None = None
        """What the reader is given, where the request is to be recorded."""

    @property
    def more(self) -> bool:
        """Whether there are entries behind those that were given."""
        return bool(self._ahead)

    async def next(self, count: int) -> list[Entry]:
        """The next entries, none at the end; reads on as long as it is not sure whether there are more."""
        while len(self._ahead) <= count and not self._ended:
            await (self._on() if self._begun else self._begin())
            self._begun = True
        given, self._ahead = self._ahead[:count], self._ahead[count:]
        return given

    def place(self, last: Entry) -> Place:
        """Where the next page begins when this entry was the last to be looked at."""
        ahead: Sequence[Entry] = ()
        if last in self._plan:
            ahead, last_of_pass = self._plan[self._plan.index(last) + 1 :], self._floor
        else:
            last_of_pass = last
        aside = self._aside - {short(entry.member) for entry in ahead}
        return Place(self.read.build, last_of_pass, pack(ahead), b"".join(sorted(aside)))

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
        self._ahead += self._others(read.entries)

    def _others(self, entries: Iterable[Entry]) -> Iterable[Entry]:
        """Those that were not given already."""
        if not self._aside:
            return entries
        return (entry for entry in entries if short(entry.member) not in self._aside)

    async def _plan_anew(self) -> None:
        """Read on, once, where too much was seen to fill the page."""
        offset, window = self._window.offset, self._window
        wanted = offset + window.count
        window = replace(window, count=max(FULL, wanted), offset=0)
        read = await self._read(window)
        seen = self._second_pass.seen(read)
        if seen and not self._ended and len(read.entries) - len(seen) < wanted:
            read = await self._read(replace(window, count=MAX_ENTRIES))
            seen = self._second_pass.seen(read)
        picked = chosen(read.entries, seen, ended=self._ended)
        terms: Mapping[bytes, Sequence[Term]] = {}
        try:
            terms = await self._second_pass(self._user, read, [*picked.best, *picked.again])
        except (Unavailable, DeadlineExceeded):
            self.missing.add("preferences")
        self._plan, self._floor, rest = planned(read.entries, picked, terms)
        self._put_aside()
        if read.candidates:
            self.given = Given(read.candidates, Passed.by(seen, terms), [*self._plan, *rest])
        self._ahead = [*self._plan, *rest][offset:]

    async def _resume(self) -> None:
        """Find the rest of the second pass again; further away where much came on top since, or all was built anew."""
        window, floor = replace(self._window, after=None, count=2 * FULL), self._window.after
        read = await self._read(window)
        self._plan = unpack(self._order, read.entries)
        whole = len(self._plan) == len(shorts(self._order)) and (floor is None or read.entries[-1] <= floor)
        if not (read.build == self._window.build and (self._ended or whole)) and not read.cold:
            read = await self._read(replace(window, count=MAX_ENTRIES))
            self._plan = unpack(self._order, read.entries)
        self._put_aside()
        planned = {*self._plan}
        behind = (entry for entry in read.entries if floor is not None and entry < floor and entry not in planned)
        self._ahead = [*self._plan, *self._others(behind)]

    def _put_aside(self) -> None:
        """What the second pass gives though it ranks behind where the others begin is not given with them again."""
        floor = self._floor
        if floor is not None:
            self._aside |= {short(entry.member) for entry in self._plan if entry < floor}

    async def _read(self, window: Window) -> Ranked:
        read = self.read = await self._feed(self._user, window)
        self.missing |= read.missing
        self._ended = read.cold or len(read.entries) < window.count
        if read.entries:
            self._window = self._window.behind(read.entries[-1], read.build)
        return read
