"""Members as lists show them, from memory as long as that is what PostgreSQL would say."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.data import Database
from svc_profile.domain.access import Member, card_for
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import Card
from svc_profile.store.books import LISTED
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.known_access import Asked, KnownAccess, Labelled, spelled, still_known

_Known = tuple[Card, Member]
"""A card with all texts, and what decides who sees them."""


@dataclass(frozen=True)
class KnownPeople:
    """Cards are kept by the generation of what a member shows, beside the ties that `KnownAccess` keeps of viewers.

    As there, Redis is asked first; while it is away, or a change is being committed, what it concerns is read and not
    kept.
    """

    db: Database
    users: UserRepository
    access: Access
    known: KnownAccess

    async def visible(self, viewer: UserId, user_ids: Sequence[UserId]) -> dict[UserId, Card]:
        """The cards of those of `user_ids` who are there for the viewer, in their order, repeats once.

        They have the texts that they show to the viewer, and no others.
        """
        if not user_ids:
            return {}
        asked = {one: spelled(one) for one in (*user_ids, viewer)}
        me, everybody = asked[viewer], [*asked.values()]
        memory, (mine, *labels) = await self.known.labels([me], everybody)
        book = (await self.known.books_of(memory.books, [me], [mine]))[me.digits]
        cards = await self._cards(memory.cards, everybody, labels)
        if book.ties is None or any(_by_sharing(member) for _, member in cards.values()):
            return {one: Card.of(user) for one, user in (await self.access.visible(viewer, user_ids)).items()}
        own, now = cards.get(me.digits), self.access.clock.now()
        judging, found = (viewer, own[1] if own else None), dict[UserId, Card]()
        for user_id in user_ids:
            if known := cards.get(asked[user_id].digits):
                shown = card_for(judging, *known, book.ties.get(asked[user_id].octets, 0) & ~LISTED, now)
                if shown is not None:
                    found[user_id] = shown
        return found

    async def _cards(
        self, kept: "Labelled[_Known]", people: Sequence[Asked], labels: Sequence[bytes | None]
    ) -> dict[str, _Known]:
        found, missing = still_known(kept, people, labels)
        if missing:
            read = await self.users.find_many(self.db, [one.id for one, _ in missing])
            for one, label in missing:
                if one.id in read:
                    user, member = read[one.id]
                    found[one.digits] = Card.of(user), member
                    if label is not None:
                        kept.put(one.digits, (label, found[one.digits]))
        return found


def _by_sharing(member: Member) -> bool:
    """Whether it has to be asked if a viewer shares a connection with a member, to know what lists show of them."""
    return member.privacy.by_sharing and member.privacy.varies_in_lists
