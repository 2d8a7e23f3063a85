"""Whether what the graph keeps twice agrees."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from mesh.data import Database, Pager
from mesh.errors import InvalidArgument
from svc_profile.domain.discrepancies import Discrepancy, Kind
from svc_profile.domain.ids import UserId
from svc_profile.store.mirrors import MirrorRepository
from svc_profile.usecases.network import Network

_MEMBERS, _MOST_MEMBERS = 100, 500
_FIRST, _LAST = UserId(UUID(int=0)), UserId(UUID(int=2**128 - 1))


class Audited(NamedTuple):
    """What was found of some members; `compared` of them are held in memory."""

    members: int
    rows: int
    compared: int
    discrepancies: list[Discrepancy]
    next_page_token: str


@dataclass(frozen=True)
class GraphAudit:
    """Compares rows with their mirrors, and the memory of this process with both; it locks nothing."""

    db: Database
    mirrors: MirrorRepository
    network: Network
    pager: Pager

    async def page(self, first: UserId | None, last: UserId | None, token: str, size: int) -> Audited:
        """Compare the members behind a token, from the first to the last; raises PageTokenInvalid, InvalidArgument."""
        first, last = first or _FIRST, last or _LAST
        if first > last:
            raise InvalidArgument(f"the first member {first} comes after the last {last}")
        people = self.mirrors.people(self.db, first, last)
        page = await self.pager.page(
            token, size, f"audit/{first}/{last}", people, default=_MEMBERS, maximum=_MOST_MEMBERS
        )
        if not page.items:
            return Audited(0, 0, 0, [], page.next_page_token)
        rows = await self.mirrors.count(self.db, page.items)
        found = await self.mirrors.discrepancies(self.db, page.items)
        compared, faults = await self.network.differing(page.items)
        found += [Discrepancy(Kind.MEMORY_DIFFERS, None, user_id, None, parts) for user_id, parts in faults.items()]
        return Audited(len(page.items), rows, compared, found, page.next_page_token)
