"""Recommendations between connections: written by one, shown by the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mesh.clock import Clock
from mesh.data import Database, Listing, Page, Pager, Transaction
from svc_profile.domain.career import Position, find_part
from svc_profile.domain.connection import NotConnected, Pair
from svc_profile.domain.facts import RecommendationStep, Recommended
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Field
from svc_profile.domain.recommendation import (
    CannotRecommendSelf,
    Recommendation,
    RecommendationNotFound,
    State,
    Tie,
)
from svc_profile.domain.user import User
from svc_profile.store.career import CareerRepository
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.events import publish
from svc_profile.store.recommendations import RecommendationRepository
from svc_profile.usecases.access import Access


class Named(NamedTuple):
    """A recommendation with the two it is between."""

    recommendation: Recommendation
    author: User
    recipient: User


@dataclass(frozen=True)
class Recommendations:
    """One each way between two members. It outlasts their connection, not a block."""

    db: Database
    connections: ConnectionRepository
    career: CareerRepository
    recommendations: RecommendationRepository
    access: Access
    pager: Pager
    clock: Clock

    async def request(self, me: UserId, author: UserId, tie: Tie, note: str) -> Named:
        """Ask a connection for one; what there is already, a request or more, stays.

        Raises CannotRecommendSelf, UserNotFound, NotConnected, PositionNotFound.
        """

        async def work(tx: Transaction) -> Recommendation:
            before = await self._between(tx, me, recipient=me, author=author, tie=tie)
            if before is not None:
                return before
            new = Recommendation(me, author, tie, self.clock.now(), note=note.strip())
            self.recommendations.add(tx, new)
            self._tell(tx, RecommendationStep.REQUESTED, new, by=me)
            return new

        return await self._named(me, await self.db.transact(work))

    async def write(self, me: UserId, recipient: UserId, tie: Tie, text: str) -> Named:
        """Write about a connection, or write anew; the same words again change nothing.

        Raises CannotRecommendSelf, UserNotFound, NotConnected, PositionNotFound.
        """

        async def work(tx: Transaction) -> Recommendation:
            before = await self._between(tx, me, recipient=recipient, author=me, tie=tie)
            now = self.clock.now()
            after = (before or Recommendation(recipient, me, tie, now)).written(text, tie, now)
            if after == before:
                return after
            if before is None:
                self.recommendations.add(tx, after)
            else:
                self.recommendations.rewrite(tx, after)
            self._tell(tx, RecommendationStep.WRITTEN, after, by=me)
            return after

        return await self._named(me, await self.db.transact(work))

    async def set_visibility(self, me: UserId, author: UserId, *, shown: bool) -> Named:
        """Show what `author` wrote, or hide it; raises RecommendationNotFound, RecommendationNotWritten.

        By an author who is not there for `me` there is none, as in their list: nothing is changed that cannot be shown.
        """
        people = await self._people(me, author)

        async def work(tx: Transaction) -> Recommendation:
            before = await self.recommendations.lock(tx, me, author)
            if before is None:
                raise RecommendationNotFound
            after = before.made_visible(shown=shown)
            if after != before:
                self.recommendations.set_state(tx, after)
                if State.SHOWN in {before.state, after.state}:
                    step = RecommendationStep.SHOWN if shown else RecommendationStep.HIDDEN
                    self._tell(tx, step, after, by=me)
            return after

        return Named(await self.db.transact(work), people[author], people[me])

    async def drop(self, me: UserId, *, recipient: UserId, author: UserId) -> None:
        """Remove one, which is `me`'s as its author or its recipient; raises RecommendationNotFound."""

        async def work(tx: Transaction) -> None:
            if not await self.recommendations.drop(tx, recipient, author):
                raise RecommendationNotFound
            publish(tx, Recommended(RecommendationStep.HIDDEN, recipient, author, self.clock.now()), by=me)

        await self.db.transact(work)

    async def of_member(self, viewer: UserId, user_id: UserId, token: str, size: int) -> Page[Named]:
        """Those that a member shows, by authors who are there for the viewer; raises UserNotFound."""
        verdict = await self.access.must_see(viewer, user_id)
        if not verdict.shows(Field.RECOMMENDATIONS):
            return Page([], "")
        listing = self.recommendations.shown(self.db, user_id)
        return await self._page(viewer, listing, f"recommendations/{user_id}/{viewer}", token, size)

    async def own(self, me: UserId, token: str, size: int, *, given: bool) -> Page[Named]:
        """All about `me`, or all by them, requests among them; newest first."""
        listing = (self.recommendations.given if given else self.recommendations.received)(self.db, me)
        return await self._page(me, listing, f"recommendations/own/{me}/{given}", token, size)

    async def _page(
        self, viewer: UserId, listing: Listing[Recommendation], scope: str, token: str, size: int
    ) -> Page[Named]:
        async def named(rows: Sequence[Recommendation]) -> list[Named | None]:
            people = await self.access.visible(viewer, [one for row in rows for one in (row.author, row.recipient)])
            return [
                Named(row, people[row.author], people[row.recipient])
                if row.author in people and row.recipient in people
                else None
                for row in rows
            ]

        return await self.pager.page(token, size, scope, listing.dressed(named))

    async def _between(
        self, tx: Transaction, me: UserId, *, recipient: UserId, author: UserId, tie: Tie
    ) -> Recommendation | None:
        """What there is between two connections, locked; refuses what cannot be between them."""
        other = author if me == recipient else recipient
        if author == recipient:
            raise CannotRecommendSelf("recommendations are by others")
        await self.connections.lock(tx, [Pair.of(me, other)])  # until then nobody parts or blocks
        if not (await self.access.must_see(me, other, tx)).connected:
            raise NotConnected(f"recommendations are between connections: ask {other} to connect first")
        if tie.position_id is not None:
            find_part(Position, tie.position_id, await self.career.of_member(tx, Position, recipient))
        return await self.recommendations.lock(tx, recipient, author)

    async def _named(self, me: UserId, one: Recommendation) -> Named:
        people = await self._people(me, one.author if me == one.recipient else one.recipient)
        return Named(one, people[one.author], people[one.recipient])

    async def _people(self, me: UserId, other: UserId) -> Mapping[UserId, User]:
        people = await self.access.visible(me, [me, other])
        if me not in people or other not in people:
            raise RecommendationNotFound
        return people

    def _tell(self, tx: Transaction, step: RecommendationStep, one: Recommendation, *, by: UserId) -> None:
        publish(tx, Recommended(step, one.recipient, one.author, self.clock.now()), by=by)
