"""Pages of a feed while it moves: new posts, answers, parted members, new builds."""

# ruff: noqa: ARG002 - what stands in for the second pass takes what it is given

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from mesh.ids import uuid7
from svc_feed.domain.feed import Entry, Feed, Order, Window
from svc_feed.domain.full_pass import spread
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.scoring import Term
from svc_feed.usecases.feed_entries import FeedEntries, Place
from svc_feed.usecases.ranked_feed import Ranked

READER = UserId(uuid7())
AUTHORS = [UserId(uuid7()) for _ in range(5)]
scores = st.integers(0, 400).map(float)
posts = st.tuples(st.integers(0, 4), scores)


@dataclass
class Stored:
    """A feed and its earlier builds, as the cache keeps them."""

    now: Feed
    old: dict[str, Feed] = field(default_factory=dict[str, Feed])

    async def __call__(self, user: UserId, window: Window) -> Ranked:
        assert user == READER
        feed = self.old.get(window.build, self.now)
        return Ranked(feed.part(window), feed.build, feed.built_at)

    def add(self, entry: Entry) -> None:
        """A post is fanned out."""
        self.now = replace(self.now, entries=tuple(sorted([*self.now.entries, entry], reverse=True)))

    def drop(self, entry: Entry) -> None:
        """A post is gone: whoever reads next takes it out of the list they read."""
        self.now = _without(self.now, entry)
        self.old = {build: _without(feed, entry) for build, feed in self.old.items()}

    def build(self, lifted: dict[bytes, float]) -> None:
        """A new build knows what was answered since."""
        self.old[self.now.build] = self.now
        moved = [Entry(lifted.get(one.member, one.score), one.member) for one in self.now.entries]
        self.now = replace(self.now, build=uuid7().hex, entries=tuple(sorted(moved, reverse=True)))


def _without(feed: Feed, gone: Entry) -> Feed:
    return replace(feed, entries=tuple(one for one in feed.entries if one.member != gone.member))


def entry(author: int, score: float) -> Entry:
    return Entry.of(AUTHORS[author], PostId(uuid7()), score)


def stored(found: list[tuple[int, float]]) -> Stored:
    entries = sorted((entry(author, score) for author, score in found), reverse=True)
    return Stored(Feed(uuid7().hex, 0.0, 0.0, tuple(entries)))


@dataclass
class Reader:
    """What a reader has seen, in place of what they did."""

    passed: set[bytes] = field(default_factory=set[bytes])

    def seen(self, read: Ranked) -> set[bytes]:
        return {entry.member for entry in read.entries if entry.member in self.passed}

    async def __call__(self, me: UserId, read: Ranked, entries: Sequence[Entry]) -> dict[bytes, Sequence[Term]]:
        return {}


NEW = Reader()


def page(feed: Stored, place: Place, size: int, order: Order, reader: Reader = NEW) -> tuple[list[Entry], Place | None]:
    """The next entries, and where to go on; through what a token says, as over the wire."""
    window = Window(size + 11, 0, place.after, place.build, order)
    entries = FeedEntries(feed, READER, window, reader, ahead=place.ahead, aside=place.aside)
    given = asyncio.run(entries.next(size))
    if not given or not entries.more:
        return given, None
    return given, Place.of(entries.place(given[-1]).cursor())


@given(
    st.lists(posts, max_size=260),
    st.integers(0, 10**9),
    st.lists(st.tuples(st.integers(1, 100), st.lists(posts, max_size=30), st.booleans(), scores), max_size=12),
)
def test_pages_neither_repeat_nor_lose(
    found: list[tuple[int, float]], seed: int, between: list[tuple[int, list[tuple[int, float]], bool, float]]
) -> None:
    """What was there at the first page and is there at its turn is read once, in the order of the second pass."""
    feed = stored(found)
    first = feed.now.entries
    expected, gone = [*spread(first[:100]), *first[100:]], set[Entry]()
    came, read = set[Entry](), list[Entry]()
    at: Place | None = Place()
    steps = iter(between)
    while at is not None:
        size, new, rebuilt, score = next(steps, (100, [], False, 0.0))
        given, at = page(feed, at, size, Order.RANKED)
        read += given
        for author, rank in new:
            added = entry(author, rank)
            came.add(added)
            feed.add(added)
        left = [one for one in expected if one not in gone and one not in read]
        if left and seed % 3 == 0:
            parted = left[seed % len(left)]
            gone.add(parted)
            feed.drop(parted)
        if rebuilt:
            feed.build({one.member: score for one in first[:: 1 + seed % 7]})
        seed //= 3
    assert len(read) == len(set(read))
    assert [one for one in expected if one not in gone] == [one for one in read if one not in came]


@given(
    st.lists(posts, max_size=260),
    st.sets(st.integers(0, 259)),
    st.lists(st.tuples(st.integers(1, 100), st.lists(posts, max_size=20), st.booleans()), max_size=12),
)
def test_what_was_seen_comes_behind_what_was_not(
    found: list[tuple[int, float]], passed: set[int], between: list[tuple[int, list[tuple[int, float]], bool]]
) -> None:
    """Nothing that was not seen is lost, and nothing is repeated, though all is seen while it is read.

    What was seen is not left out where a reader comes to the end of it all.
    """
    feed = stored(found)
    first = feed.now.entries
    reader = Reader({first[at].member for at in passed if at < len(first)})
    seen = {entry for entry in first if entry.member in reader.passed}
    read, at = list[Entry](), Place() if first else None
    steps = iter(between)
    while at is not None:
        size, new, rebuilt = next(steps, (100, [], False))
        given, at = page(feed, at, size, Order.RANKED, reader)
        read += given
        reader.passed |= {entry.member for entry in given}
        for author, rank in new:
            feed.add(entry(author, rank))
        if rebuilt:
            feed.build({})
    assert len(read) == len(set(read))
    shown = [one for one in read if one in first]
    unseen = [one for one in first if one not in seen]
    assert {*unseen} <= {*shown}
    assert {*shown[: min(len(unseen), 100)]} <= {*unseen}
    if len(first) < 100:
        assert {*first} == {*shown}


@given(st.lists(posts, max_size=150), st.integers(0, 160), st.integers(1, 50))
def test_an_offset_skips_in_the_order_that_is_shown(found: list[tuple[int, float]], offset: int, size: int) -> None:
    """Limit and offset cut what the pages show."""
    feed = stored(found)
    entries = FeedEntries(feed, READER, Window(size + 11, offset), NEW)
    shown = [*spread(feed.now.entries[:100]), *feed.now.entries[100:]]
    assert shown[offset : offset + size] == asyncio.run(entries.next(size))
