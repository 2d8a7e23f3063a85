"""What viewers may do, decided from memory as long as that is what PostgreSQL would say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeVar

from mesh.cache import CacheUnavailable, HotCache
from mesh.data import Database
from mesh.errors import InvalidArgument
from mesh.generations import Generations, Names
from svc_profile.domain.access import Member
from svc_profile.domain.ids import ListId, UserId
from svc_profile.domain.rights import NOTHING, Rights, Who, may_see_second_degree, rights
from svc_profile.domain.standing import GOOD
from svc_profile.domain.user import Card
from svc_profile.store.books import LISTED, NOBODY, Book, BookRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import MOST_PAIRS, Access

T = TypeVar("T")

_OWNERS = 100_000  # some 40 MB
_TIES = 300_000  # some 40 MB
_CARDS = 40_000  # some 40 MB
_OWNER = Who(signed_in=True, there=True, is_owner=True)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Somebody a question names, in the spellings that answering it takes."""

    id: UserId
    octets: bytes
    digits: str
    text: bytes


@lru_cache(maxsize=65_536)  # some 30 MB
def spelled(user_id: UserId) -> Asked:
    """Somebody by their id."""
    return Asked(user_id, user_id.bytes, user_id.hex, str(user_id).encode())


class Answer(NamedTuple):
    """What a viewer may do with an owner, on which of the owner's lists they are, and what it was asked for beside."""

    viewer: Asked | None
    owner: Asked
    rights: Rights
    lists: tuple[ListId, ...] = ()
    may_see_second_degree: bool = False


Labelled = HotCache[str, tuple[bytes, T]]
Pairs = Mapping[Asked | None, Collection[Asked]]


class KnownAccess:
    """Keeps what it takes to decide, and no verdicts: a viewer's ties, and what an owner shows, each by its generation.

    Redis is asked first, so that what is read afterwards is at least as new (docs/decisions/0021). Two who are known
    cost no statement when they meet, and a viewer who changed costs one. While Redis is away, or a change is being
    committed, what it concerns is read and not kept; of who is not there nothing is kept.
    """

    def __init__(
        self,
        db: Database,
        access: Access,
        users: UserRepository,
        books: BookRepository,
        generations: Generations,
        names: Names,
    ) -> None:
        self._db = db
        self._access = access
        self._users = users
        self._repository = books
        self._generations = generations
        self._subject, self._object = names.subject_of(""), names.object_of("")
        self._memory = Memory(None)

    async def decide(self, pairs: Pairs, second_degree: Collection[Asked] = ()) -> list[Answer]:
        """An answer for each pair, by the policy of `domain.access`; raises InvalidArgument for too many.

        For the viewers in `second_degree` it is asked whether they share a connection with those they are not connected
        to, also where one is not there for the other: that costs the same.
        """
        if (count := sum(map(len, pairs.values()))) > MOST_PAIRS:
            raise InvalidArgument(f"one call asks for {MOST_PAIRS} pairs of viewer and owner, not for {count}")
        viewers = [viewer for viewer in pairs if viewer is not None]
        owners = [*{owner.digits: owner for some in pairs.values() for owner in some}.values()]
        memory, labels = await self.labels(viewers, owners)
        books = await self.books_of(memory.books, viewers, labels[: len(viewers)])
        members = await self._members_of(memory.owners, owners, labels[len(viewers) :])
        found: list[Answer] = []
        unsure: dict[tuple[UserId | None, UserId], tuple[Asked, Asked]] = {}
        for viewer, some in pairs.items():
            book = NOBODY if viewer is None else books[viewer.digits]
            who, mine = Who(viewer is not None, book.there, is_owner=False), viewer and viewer.digits
            for owner in some:
                own = owner.digits == mine
                tie = 0 if own else LISTED if book.ties is None else book.ties.get(owner.octets, 0)
                if not tie & LISTED:
                    member = members.get(owner.digits)
                    found.append(Answer(viewer, owner, self._rights(_OWNER if own else who, tie, member)))
                elif viewer is not None:
                    unsure[viewer.id, owner.id] = viewer, owner
        if unsure:
            decided = await self._access.verdicts(unsure, closeness=False)
            found += [Answer(*unsure[one.viewer, one.owner], Rights.of(one), one.lists) for one in decided]
        return await self._with_second_degree(found, {viewer.digits for viewer in second_degree})

    async def _with_second_degree(self, answers: list[Answer], viewers: Collection[str]) -> list[Answer]:
        if not viewers:
            return answers
        apart = [
            (viewer.id, owner.id)
            for viewer, owner, said, _, _ in answers
            if viewer is not None and viewer.digits in viewers and not (said.connected or said.is_self)
        ]
        sharing = await self._access.ties.sharing(self._db, apart) if apart else frozenset()
        return [
            one._replace(
                may_see_second_degree=may_see_second_degree(
                    one.rights, sharing=(one.viewer.id, one.owner.id) in sharing
                )
            )
            if one.viewer is not None and one.viewer.digits in viewers
            else one
            for one in answers
        ]

    def _rights(self, who: Who, tie: int, member: Member | None) -> Rights:
        if member is None:
            return NOTHING
        banned = suspended = False
        if member.standing is not GOOD:
            now = self._access.clock.now()
            banned, suspended = member.standing.is_shadow_banned(now), member.standing.is_suspended(now)
        return rights(who, tie, member.privacy.message_audience, banned, suspended)

    async def labels(
        self, viewers: Sequence[Asked], owners: Sequence[Asked]
    ) -> "tuple[Memory, Sequence[bytes | None]]":
        """The generations of these as Redis has them, None where nothing may be kept; and the memory of their epoch.

        What a call reads goes into that memory, though another epoch may have begun meanwhile.
        """
        names = [*(self._subject + one.digits for one in viewers), *(self._object + one.digits for one in owners)]
        try:
            epoch, generations = await self._generations.open(names)
        except CacheUnavailable:
            epoch, generations = None, []
        if epoch is None:
            return self._memory, [None] * len(names)
        if epoch != self._memory.epoch:
            self._memory = Memory(epoch)
        return self._memory, generations

    async def books_of(
        self, kept: "Labelled[Book]", viewers: Sequence[Asked], labels: Sequence[bytes | None]
    ) -> Mapping[str, Book]:
        """What lies between each of these viewers and others."""
        found, missing = still_known(kept, viewers, labels)
        if missing:
            read = await self._repository.of(self._db, [one.id for one, _ in missing])
            for one, label in missing:
                book = found[one.digits] = read[one.id]
                if label is not None and book.there:
                    kept.put(one.digits, (label, book))
        return found

    async def _members_of(
        self, kept: "Labelled[Member]", owners: Sequence[Asked], labels: Sequence[bytes | None]
    ) -> Mapping[str, Member]:
        found, missing = still_known(kept, owners, labels)
        if missing:
            read = await self._users.members(self._db, [one.id for one, _ in missing])
            for one, label in missing:
                if (member := read.get(one.id)) is not None:
                    found[one.digits] = member
                    if label is not None:
                        kept.put(one.digits, (label, member))
        return found


class Memory:
    """What is known in one epoch: by the digits of an id, each with the generation that it was read in."""

    def __init__(self, epoch: bytes | None) -> None:
        self.epoch = epoch
        self.books: Labelled[Book] = HotCache(_TIES, lambda kept: 1 + len(kept[1].ties or ()))
        self.owners: Labelled[Member] = HotCache(_OWNERS)
        self.cards: Labelled[tuple[Card, Member]] = HotCache(_CARDS)


def still_known(
    kept: "Labelled[T]", asked: Sequence[Asked], labels: Sequence[bytes | None]
) -> tuple[dict[str, T], list[tuple[Asked, bytes | None]]]:
    """What is kept of those asked for under the labels that hold, and of whom nothing is, each with theirs."""
    found: dict[str, T] = {}
    missing: list[tuple[Asked, bytes | None]] = []
    for one, label in zip(asked, labels, strict=True):
        known = kept.get(one.digits)
        if known is None or known[0] != label:
            missing.append((one, label))
        else:
            found[one.digits] = known[1]
    return found, missing
