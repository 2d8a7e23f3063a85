"""Read a member's feed: rank, hydrate, and show only what they may see now."""

import base64
import contextlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mesh.cache import CacheUnavailable
from mesh.clock import Clock
from mesh.data import PAGE_BYTES, PageTokens, page_size
from mesh.errors import DeadlineExceeded, FieldViolation, InvalidArgument, Unavailable
from svc_feed.domain.feed import SNAPSHOT_SECONDS, Entry, Order, PageTokenExpired, Window
from svc_feed.domain.full_pass import short, shorts
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.item import Item, Seen
from svc_feed.domain.offer import POSITION, Offer, Promoted
from svc_feed.domain.preference import NO_WISHES, Wishes
from svc_feed.domain.tally import PostKey
from svc_feed.domain.visibility import NOTHING, OWN, Relation, Verdict
from svc_feed.peers.graph import Graph
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.hydration import Hydration
from svc_feed.usecases.feed_entries import FeedEntries, Place
from svc_feed.usecases.note_readers import NoteReaders
from svc_feed.usecases.promote import Promote
from svc_feed.usecases.ranked_feed import RankedFeed
from svc_feed.usecases.record_rankings import RecordRankings
from svc_feed.usecases.second_pass import SecondPass
from svc_feed.usecases.show_posts import ShowPosts

_SPARE = 10
"""Entries read beyond the page, to take the place of those the viewer may no longer see."""
_AT_ONCE = 40
"""Entries looked at by one statement: an article may have half a megabyte."""
_LOOKS = 10
"""How often one read looks for posts that may be shown."""
_REMEMBERED = 32
"""Shared posts that a page token remembers, so that another share of them is passed over; and as many advertised ones,
which come as promoted items or as others, once."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page in its order, each item with its score; `missing` are the sources that did not answer.

    `built_at` is when the stored list was built, None for one that was built for this read. `scoring` is the version of
    the ranking, empty where time alone orders. `promoted` comes behind the first POSITION items.
    """

    items: Sequence[tuple[float, Item]]
    next_page_token: str
    built_at: float | None = None
    missing: frozenset[str] = frozenset()
    scoring: str = ""
    promoted: Promoted | None = None


class _Snapshot(NamedTuple):
    """Since when a reader reads, where, and what went by on the way there: shared posts, and advertised ones."""

    as_of: float
    place: Place
    shared: tuple[bytes, ...] = ()
    advertised: tuple[bytes, ...] = ()


@dataclass
class _Look:
    """Who looks, since when, and the verdicts so far; `blind` when there is no answer, `missing` is what items lack.

    `often` are authors whom the viewer often answers, `topics` those that the viewer follows, `wishes` what they want
    to see.
    What is on offer is looked at with the first entries, and is `promoted` when it may be shown.
    """

    me: UserId
    as_of: float
    often: frozenset[UserId] = frozenset()
    topics: frozenset[str] = frozenset()
    wishes: Wishes = NO_WISHES
    offer: Offer | None = None
    promoted: Promoted | None = None
    verdicts: defaultdict[UserId, Verdict] = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    blind: bool = False
    missing: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.verdicts[self.me] = OWN


@dataclass
class _Reading:
    """What a read has found so far; `last` is the entry behind which the next page begins.

    What is `shared`, and what is `advertised`, went by already.
    """

    size: int
    shared: list[bytes]
    advertised: tuple[bytes, ...]
    last: Entry | None = None
    items: list[tuple[float, Item]] = field(default_factory=list[tuple[float, Item]])
    weight: int = 0
    full: bool = False
    roomy: bool = False

    def make_room(self, promoted: Item) -> None:
        """Leave one place, and what it weighs, to a promoted item; once."""
        if not self.roomy:
            self.roomy = True
            self.size -= 1
            self.weight += promoted.size

    def take(self, entries: Sequence[Entry], shown: Sequence[Item | None]) -> bool:
        """Go through entries in order until the page is full; whether there was room for all that are shown.

        Of several shares of one post the first is taken.
        """
        for entry, item in zip(entries, shown, strict=True):
            original = item and item.post.shared_post_id
            if item is not None and not self._went_by(item.post.id, original):
                weight = self.weight + item.size
                if self.full or (self.items and weight > PAGE_BYTES):
                    self.full = True
                    return False
                self.items.append((entry.score, item))
                if original:
                    self.shared.append(short(original.bytes))
                self.weight = weight
                self.full = len(self.items) == self.size
            self.last = entry
        return True

    def _went_by(self, post: PostId, original: PostId | None) -> bool:
        if self.advertised and short(post.bytes) in self.advertised:
            return True
        return original is not None and short(original.bytes) in self.shared


@dataclass(frozen=True)
class GetFeed:
    """Warm: one script in Redis, one statement, one permission check; cold: two statements more.

    Permission is never assumed: while the profile service does not answer, posts of those are shown about whom it said
    something that still holds, and the page says what it lacks; so it does for media without addresses and authors
    without names. A page that is not the first waits instead: its reader has a place to go on from.
    """

    ranked: RankedFeed
    second_pass: SecondPass
    feeds: FeedCache
    hydrate: Hydration
    graph: Graph
    show: ShowPosts
    promote: Promote
    record: RecordRankings
    readers: NoteReaders
    tokens: PageTokens
    clock: Clock

    async def __call__(
        self, me: UserId, *, limit: int, offset: int, token: str, order: Order = Order.RANKED
    ) -> FeedPage:
        """A page of the caller's feed, from `offset` in the feed as it is now or behind a page token.

        It is empty only at the end, or when many entries in a row may not be shown; it weighs no more than a page may.

        Raises:
            PageTokenInvalid, PageTokenExpired: begin again without the token.
            Unavailable: there is a token, and the profile service does not answer.
        """
        if not token:
            self.readers.note(me)
        scope = _scope(me, order)
        size, here = page_size(limit), self._snapshot(scope, token, offset)
        place = here.place
        window = Window(size + _SPARE + 1, offset, place.after, place.build, order)
        entries = FeedEntries(self.ranked, me, window, self.second_pass, ahead=place.ahead, aside=place.aside)
        look = _Look(me, here.as_of, offer=self.promote.offer(me, here.advertised) if size > POSITION else None)
        reading, wanted, more = _Reading(size, [*here.shared], here.advertised), size, False
        for _ in range(_LOOKS):
            run = await entries.next(min(wanted, _AT_ONCE))
            if entries.read.cold:  # it has spent its statements: spare entries now, not when they are needed
                run += await entries.next(_SPARE)
            look.often, look.topics, look.wishes = entries.read.often, entries.read.topics, entries.read.wishes
            shown = await self._visible(look, run)
            if look.promoted is not None:
                reading.make_room(look.promoted.item)
            more = not reading.take(run, shown) or entries.more
            if reading.full or not more:
                break
            wanted = size - len(reading.items) + _SPARE
        if entries.given is not None:
            self.record.note(me, entries.given, self.ranked.build.scoring.version)
        blind = look.blind or "profile" in entries.missing
        if blind and token:
            raise Unavailable("the profile service does not answer: ask for this page again")
        missing = entries.missing | look.missing | ({"profile"} if look.blind else set[str]())
        following, promoted = "", _placed(look.promoted, reading.items)
        if more and reading.last is not None and not blind:
            read = [item.post.id for _, item in reading.items]
            advertised = self.promote.advertised(read if promoted is None else [*read, promoted.item.post.id])
            went_by = (*here.advertised, *(short(post.bytes) for post in advertised))
            there = _Snapshot(here.as_of, entries.place(reading.last), tuple(reading.shared), went_by)
            following = self._token(scope, there)
        built_at = None if entries.read.cold else entries.read.built_at
        scoring = self.ranked.build.scoring.version if order is Order.RANKED else ""
        return FeedPage(reading.items, following, built_at, frozenset(missing), scoring=scoring, promoted=promoted)

    async def _visible(self, look: _Look, entries: Sequence[Entry]) -> Sequence[Item | None]:
        """For each entry the item; None where the post is gone, is younger than the first page, or may not be seen."""
        if not entries:
            return ()
        keys = [entry.key for entry in entries]
        offer, look.offer = look.offer, None
        if offer is not None and offer.post in keys:
            offer = None  # it is there without being paid for
        found = [*await self._posts(look, [*keys, offer.post] if offer else keys)]
        paid = found.pop() if offer else None
        if None in found:
            gone = [entry for entry, one in zip(entries, found, strict=True) if one is None]
            with contextlib.suppress(CacheUnavailable):
                await self.feeds.forget(look.me, gone)
        strict = look.wishes.strict
        seen = [
            one
            if one is not None
            and entry.published_at <= look.as_of
            and (
                look.verdicts[one.post.author_id].feeds(one.post.visibility, one.post.list_id)
                or one.post.company_id is not None
            )
            and not (strict and look.wishes.leave_out(one.post))
            else None
            for entry, one in zip(entries, found, strict=True)
        ]
        wanted = [one for one in seen if one is not None]
        if offer and paid and self._may_promote(look, offer, paid):
            wanted.append(paid)
        else:
            offer = None
        shown = await self.show(look.me, wanted, look.verdicts)
        look.missing |= shown.missing
        items = iter(shown.items)
        if look.often:
            items = (item._replace(often=item.post.author_id in look.often) for item in items)
        if look.topics:
            items = (_of_topic(item, look.topics) for item in items)
        dressed = [one and next(items) for one in seen]
        if offer:
            look.promoted = Promoted(offer, next(items)._replace(of_topic=False))
        return dressed

    def _may_promote(self, look: _Look, offer: Offer, paid: Seen) -> bool:
        """Whether it may be shown, and to somebody who does not want less of it."""
        unwanted = look.wishes.leave_out(paid.post) or look.wishes.want_less(paid.post)
        return not unwanted and self.promote.may_show(offer, paid, look.verdicts[offer.post.author])

    async def _posts(self, look: _Look, keys: Sequence[PostKey]) -> Sequence[Seen | None]:
        """Those of these keys; meanwhile their authors are asked about."""
        coming = self.hydrate.start(look.me, keys)
        try:
            await self._judge(look, {author for author, _ in keys} | self.hydrate.mentioned(keys))
        except BaseException:
            self.hydrate.forget(coming)
            raise
        return await coming or ()

    async def _judge(self, look: _Look, authors: set[UserId]) -> None:
        """Ask about authors that are new; when there is no answer, what is known of them and still holds has to do."""
        unknown = authors - look.verdicts.keys()
        if not unknown:
            return
        if not look.blind:
            try:
                look.verdicts.update(await self.graph.verdicts(look.me, unknown))
            except (Unavailable, DeadlineExceeded):
                look.blind = True
        if look.blind:
            look.verdicts.update(await self.graph.held(look.me, unknown))

    def _snapshot(self, scope: str, token: str, offset: int) -> _Snapshot:
        now = self.clock.now().timestamp()
        if not token:
            return _Snapshot(now, Place())
        if offset:
            violation = FieldViolation("offset", "leave it out when you send a page token")
            raise InvalidArgument("a page token and an offset do not go together", violations=[violation])
        cursor = self.tokens.decode(token, scope)
        if now - cursor["as_of"] > SNAPSHOT_SECONDS:
            raise PageTokenExpired("this page token is too old: begin again without one")
        return _Snapshot(
            cursor["as_of"], Place.of(cursor), _shorts(cursor.get("shared", "")), _shorts(cursor.get("advertised", ""))
        )

    def _token(self, scope: str, here: _Snapshot) -> str:
        cursor: dict[str, Any] = here.place.cursor() | {"as_of": here.as_of}
        for name, went_by in (("shared", here.shared), ("advertised", here.advertised)):
            if went_by:
                cursor[name] = base64.b64encode(b"".join(went_by[-_REMEMBERED:])).decode()
        return self.tokens.encode(cursor, scope)


def _shorts(told: str) -> tuple[bytes, ...]:
    return tuple(shorts(base64.b64decode(told)))


def _of_topic(item: Item, topics: frozenset[str]) -> Item:
    """An item as one that came by a topic, where nothing else between its author and the viewer brought it."""
    if item.verdict.relation is not Relation.OTHER or topics.isdisjoint(item.post.topics):
        return item
    return item._replace(of_topic=True)


def _placed(promoted: Promoted | None, items: Sequence[tuple[float, Item]]) -> Promoted | None:
    """What is promoted, where its place is reached by a page that does not have it anyway."""
    if promoted is None or len(items) < POSITION:
        return None
    return None if any(item.post.id == promoted.item.post.id for _, item in items) else promoted


def _scope(me: UserId, order: Order) -> str:
    return f"feed/{me}" if order is Order.RANKED else f"feed/{me}/{order}"
