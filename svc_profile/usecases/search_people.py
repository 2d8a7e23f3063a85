"""Search for people."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, page_size
from svc_profile.domain.findable import COUNTED, Filter, asked, filter_of, tag_of
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import AccountGone, User
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.people_queries import MOST_HITS, First, Found, PeopleSearch, Wanted
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.view_ledger import ViewLedger

_NOBODY = frozenset[int]()
_OWN = frozenset({1})
"""The degree that tells of nobody's connections but one's own."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody searches for; of each filter any value will do, but of skills all are needed."""

    text: str
    filters: Mapping[Filter, Sequence[str]]
    degrees: frozenset[int]


@dataclass(frozen=True, slots=True)
class People:
    """A page of members with their degrees, and how all hits spread over the filters: with the first page alone."""

    page: Page[tuple[User, int | None]]
    facets: Mapping[Filter, Sequence[tuple[str, int]]]

    @property
    def is_lower_bound(self) -> bool:
        """Whether there may be more than the total: as many were found as are counted."""
        return self.page.total >= MOST_HITS


@dataclass(frozen=True)
class SearchPeople:
    """Finds whom the viewer may find by what the viewer may see of them.

    Counting reads every hit, so it is done with the first page, by the same statement; the others carry the number in
    their token. Hits that came to be hidden since they were found are left out of the page by the policy itself.
    """

    db: Database
    search: PeopleSearch
    users: UserRepository
    connections: ConnectionRepository
    access: Access
    ledger: ViewLedger
    pager: Pager
    clock: Clock

    async def __call__(self, me: UserId, question: Question, token: str, size: int) -> People:
        """A page of members; raises PageTokenInvalid, AccountGone."""
        now, (members, friends) = (
            self.clock.now(),
            await asyncio.gather(self.users.members(self.db, [me]), self.connections.ids(self.db, me)),
        )
        if me not in members:
            raise AccountGone
        reduced = members[me].standing.is_limited(now)
        wanted, near = _wanted(question, reduced=reduced), [*friends, me]
        if token:
            first = First(self.search.hits(self.db, wanted, me, near, now), 0, [])
        else:
            first = await self.search.first(self.db, wanted, me, near, now, page_size(size) + 1)

        async def count() -> int:
            return first.total

        listing = first.hits.dressed(partial(self._people, me, near, reduced))
        scope = f"people/{me}/{_digest(question)}/{reduced}"
        page, facets = await asyncio.gather(
            self.pager.page(token, size, scope, listing, total=count), self._facets([] if reduced else first.tags)
        )
        self.ledger.appeared(user.id for user, _ in page.items if user.id != me)
        return People(page, facets)

    async def _facets(self, tags: Sequence[tuple[int, int, UserId]]) -> dict[Filter, list[tuple[str, int]]]:
        """The commonest values of each filter, as one of those who have it writes it."""
        counted = [(tag, hits, one) for tag, hits, one in tags if filter_of(tag) in COUNTED]
        told = await self.search.values(self.db, {one for _, _, one in counted}) if counted else {}
        facets: dict[Filter, list[tuple[str, int]]] = {}
        for tag, hits, _ in counted:
            if tag in told:
                facets.setdefault(filter_of(tag), []).append((told[tag], hits))
        return {filter_: sorted(facets[filter_], key=_commonest) for filter_ in COUNTED if filter_ in facets}

    async def _people(
        self, me: UserId, friends: Sequence[UserId], reduced: bool, rows: Sequence[Found]
    ) -> list[tuple[User, int | None] | None]:
        if reduced:
            people = await self.access.visible(me, [row.user_id for row in rows])
            own = {row.user_id: row.degree if row.degree in _OWN else None for row in rows}
            return [(people[one], degree) if one in people else None for one, degree in own.items()]
        far = [row.user_id for row in rows if row.degree is None and row.user_id != me]
        people, third = await asyncio.gather(
            self.access.visible(me, [row.user_id for row in rows]),
            self.search.third(self.db, far, me, friends, self.clock.now()),
        )
        return [
            (people[row.user_id], row.degree or (3 if row.user_id in third else None))
            if row.user_id in people
            else None
            for row in rows
        ]


def _wanted(question: Question, *, reduced: bool) -> Wanted:
    """Who sees what is public only finds by names, which are always shown, and no connections of others."""
    words = asked(question.text)
    narrowed: list[frozenset[int]] = []
    for filter_, values in question.filters.items():
        tags = [frozenset([tag_of(filter_, value)]) for value in values]
        narrowed += tags if filter_ is Filter.SKILLS else [frozenset().union(*tags)] if tags else []
        if reduced and tags:
            narrowed.append(_NOBODY)
    degrees = question.degrees & _OWN if reduced else question.degrees
    if question.degrees and not degrees:
        narrowed.append(_NOBODY)
    if words is None and question.text:
        narrowed.append(_NOBODY)  # no words that anybody is found by
    return Wanted(words.of_names if words and reduced else words, tuple(narrowed), degrees)


def _commonest(value: tuple[str, int]) -> tuple[int, str]:
    return -value[1], value[0]


def _digest(question: Question) -> str:
    return hashlib.blake2b(repr(question).encode(), digest_size=12).hexdigest()
