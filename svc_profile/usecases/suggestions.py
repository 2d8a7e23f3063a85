"""People a member may know."""

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Page, PageTokens, Transaction, page_size
from svc_profile.domain.career import Education, Position
from svc_profile.domain.connection import CannotConnectToSelf
from svc_profile.domain.findable import Filter, tag
from svc_profile.domain.graph import Look, Numbers, Sight
from svc_profile.domain.graph.candidates import Likeness, likeliest
from svc_profile.domain.ids import UserId
from svc_profile.domain.suggestions import (
    MOST,
    STRANGERS,
    Candidate,
    Fellowship,
    Reason,
    ReasonKind,
)
from svc_profile.domain.user import Card
from svc_profile.store.suggestions import Stays, SuggestionRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.known_people import KnownPeople
from svc_profile.usecases.network import Network

_FELLOWS = 200  # who was at the same company or school: some of them, since there may be many thousands
_CONTACTS = 200  # of those who were found by an address book; the others come up when these are dismissed or asked
_NOWHERE = Stays([], [])
_MARK = 4  # octets that a page token remembers somebody by


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody a member may know, with all reasons, the strongest first."""

    user: Card
    shared: int
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class Suggestions:
    """Made when they are asked for: they know of what happened a moment ago, and cost what a page costs.

    A page token remembers who was shown, as the order changes with the network.
    """

    db: Database
    network: Network
    repository: SuggestionRepository
    access: Access
    people: KnownPeople
    tokens: PageTokens
    clock: Clock

    async def page(self, me: UserId, token: str, size: int) -> Page[Suggested]:
        """The likeliest who were not shown on the pages before; raises PageTokenInvalid."""
        scope, size = f"suggestions/{me}", page_size(size)
        shown = base64.b85decode(self.tokens.decode(token, scope)["shown"]) if token else b""
        before = {shown[at : at + _MARK] for at in range(0, len(shown), _MARK)}
        ranked = await self.candidates(me)
        if before:
            ranked = [one for one in ranked if _mark(one.user_id) not in before]
        left = MOST - len(before)
        some, more = ranked[: min(size, left)], ranked[min(size, left) : left]
        wanted = [*(one.user_id for one in some), *(one.through for one in some if one.through)]
        people = await self.people.visible(me, wanted)
        found = [_suggested(one, people) for one in some if one.user_id in people]
        marks = shown + b"".join(_mark(one.user_id) for one in some)
        following = self.tokens.encode({"shown": base64.b85encode(marks).decode()}, scope) if more else ""
        return Page(found, following)

    async def candidates(self, me: UserId) -> list[Candidate]:
        """Everybody who may be suggested to a member, the likeliest first."""
        own = await self.repository.own(self.db, me, self.clock.now(), _CONTACTS)
        mine = (await self.repository.stays(self.db, [me])).get(me, _NOWHERE) if own.has_stays else _NOWHERE
        tags = _tags(mine)
        fellows = await self.repository.fellows(self.db, tags, _FELLOWS) if tags else {}

        def known(look: Look, numbers: Numbers) -> tuple[list[Candidate], frozenset[UserId]]:
            sight = Sight(look, numbers.of(me), self.clock.now())
            if sight.limited:
                return [], frozenset()  # every reason is something that such a viewer is not shown
            acquainted = own.contacts | own.holders if sight.own.privacy.findable_by_contact else own.contacts
            contacts = frozenset(one for one in acquainted if look.node(numbers.of(one)).privacy.findable_by_contact)
            likely = likeliest(sight, [numbers.of(one) for one in (*fellows, *contacts)])
            return _ranked(_candidate(numbers, one) for one in likely), contacts

        ranked, contacts = await self.network.recall(
            ("likely", me, frozenset(fellows), own.contacts, own.holders), known
        )
        likely = [one for one in ranked if one.user_id not in own.settled] if own.settled else ranked
        if tags and likely:
            likely = await self._with_fellows(likely, mine, tags, fellows)
        if contacts:
            likely = _ranked(one.in_contacts() if one.user_id in contacts else one for one in likely)
        return [one for one in likely if one.shared or one.contact or one.fellowship != STRANGERS]

    async def _with_fellows(
        self, likely: Sequence[Candidate], mine: Stays, tags: Sequence[int], fellows: dict[UserId, frozenset[int]]
    ) -> list[Candidate]:
        """The same in their order, with what they and a member have in common beside connections."""
        more = await self.repository.among(self.db, {one.user_id for one in likely} - fellows.keys(), tags)
        fellows = fellows | more
        stays = await self.repository.stays(self.db, fellows)
        return _ranked(
            one.in_fellowship(_fellowship(mine, stays.get(one.user_id), fellows.get(one.user_id, frozenset())))
            for one in likely
        )

    async def dismiss(self, me: UserId, other: UserId) -> None:
        """Suggest somebody to a member never again; raises CannotConnectToSelf, UserNotFound."""
        if me == other:
            raise CannotConnectToSelf("you are not suggested to yourself")
        await self.access.must_see(me, other)

        async def work(tx: Transaction) -> None:
            await self.repository.dismiss(tx, me, other, self.clock.now())

        await self.db.transact(work)


def _candidate(numbers: Numbers, one: Likeness) -> Candidate:
    through = None if one.through is None else numbers.id(one.through)
    return Candidate.of(numbers.id(one.number), one, through)


def _ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (-one.score, one.user_id))


def _mark(user_id: UserId) -> bytes:
    return hashlib.blake2b(user_id.bytes, digest_size=_MARK).digest()


def _tags(stays: Stays) -> list[int]:
    return [
        *(tag(Filter.COMPANY, one.company_name) for one in stays.positions),
        *(tag(Filter.SCHOOL, one.school) for one in stays.education),
    ]


def _fellowship(mine: Stays, theirs: Stays | None, shown: Collection[int]) -> Fellowship:
    """What two have in common at the same time, as far as the other shows it to everybody."""
    if theirs is None:
        return STRANGERS
    company = next((one for one in theirs.positions if _worked(mine.positions, one, shown)), None)
    school = next((one for one in theirs.education if _studied(mine.education, one, shown)), None)
    return Fellowship(
        company and Reason(ReasonKind.SAME_COMPANY, subject=company.company_id, name=company.company_name),
        school and Reason(ReasonKind.SAME_SCHOOL, name=school.school),
    )


def _worked(mine: Sequence[Position], one: Position, shown: Collection[int]) -> bool:
    return tag(Filter.COMPANY, one.company_name) in shown and any(one.overlaps(own) for own in mine)


def _studied(mine: Sequence[Education], one: Education, shown: Collection[int]) -> bool:
    return tag(Filter.SCHOOL, one.school) in shown and any(own.overlaps(one) for own in mine)


def _suggested(one: Candidate, people: Mapping[UserId, Card]) -> Suggested:
    through = people.get(one.through) if one.through else None
    mutual = Reason(ReasonKind.MUTUAL_CONNECTIONS, one.shared, through and through.id, through.name if through else "")
    reasons = [*([Reason(ReasonKind.CONTACT)] if one.contact else []), *([mutual] if one.shared else [])]
    return Suggested(people[one.user_id], one.shared, [*reasons, *(each for each in one.fellowship if each)])
