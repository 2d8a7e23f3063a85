"""Companies as posts show them, and who acts for them, from the jobs service."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from guild.jobs.v1 import company_service_pb2 as pb
from guild.jobs.v1.company_service_pb2_grpc import CompanyServiceStub
from mesh.cache import HotCache
from mesh.errors import DeadlineExceeded, NotFound, Unavailable
from svc_feed.domain.author import Company
from svc_feed.domain.ids import CompanyId, UserId

_KEPT = 20_000  # some 10 MB
_SECONDS = 600.0


class FoundCompanies(NamedTuple):
    """A company for each id that was asked for; not `complete` while the jobs service does not answer."""

    found: dict[CompanyId, Company]
    complete: bool


class _Kept(NamedTuple):
    company: Company
    until: float


class Companies:
    """Asked with the token of the member who calls.

    Names and logos are kept for ten minutes; who acts for a company is asked each time.
    """

    def __init__(self, channel: Any, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._stub = CompanyServiceStub(channel)
        self._timer = timer
        self._kept: HotCache[CompanyId, _Kept] = HotCache(_KEPT)

    async def __call__(self, ids: Iterable[CompanyId]) -> FoundCompanies:
        """A company for each id; without a name where the jobs service has none or does not answer."""
        now = self._timer()
        found = {one: kept.company for one in ids if (kept := self._kept.get(one)) and now < kept.until}
        asked = [one for one in dict.fromkeys(ids) if one not in found]
        answers = await asyncio.gather(*map(self._ask, asked))
        found |= {one: company or Company(one) for one, company in zip(asked, answers, strict=True)}
        return FoundCompanies(found, None not in answers)

    async def acts_for(self, me: UserId, company_id: CompanyId) -> bool:
        """Whether the member who calls acts for a company; raises Unavailable, DeadlineExceeded."""
        try:
            reply = await self._stub.GetCompany(pb.GetCompanyRequest(company_id=str(company_id)))
        except NotFound:
            return False
        return str(me) in reply.company.admin_ids

    async def _ask(self, company_id: CompanyId) -> Company | None:
        """A company, nameless where there is none; None where there is no answer."""
        try:
            reply = await self._stub.GetCompany(pb.GetCompanyRequest(company_id=str(company_id)))
        except NotFound:
            company = Company(company_id)
        except (Unavailable, DeadlineExceeded):
            return None
        else:
            company = Company(company_id, reply.company.name, reply.company.logo_url)
        self._kept.put(company_id, _Kept(company, self._timer() + _SECONDS))
        return company
