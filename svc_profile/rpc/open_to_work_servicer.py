"""The ProfileService of the contract: who is open to work."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.common.v1.money_pb2 import Money
from guild.profile.v1 import open_to_work_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current_user
from svc_profile.domain.open_to_work import Employer, OpenToWork, ToldTo
from svc_profile.rpc import messages
from svc_profile.usecases.open_to_work import OpenToWorks

_TOLD_TO = {one: pb.OpenToWorkAudience.Value(f"OPEN_TO_WORK_AUDIENCE_{one.name}") for one in ToldTo}
_READ = {number: one for one, number in _TOLD_TO.items()}


@dataclass(frozen=True)
class OpenToWorkServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    open_to_work: OpenToWorks

    async def SetOpenToWork(self, request: pb.SetOpenToWorkRequest, context: Any) -> pb.SetOpenToWorkResponse:
        """Say what one is open for."""
        said = _said(request.open_to_work)
        await self.open_to_work.say(current_user(), said)
        return pb.SetOpenToWorkResponse(open_to_work=_message(said))

    async def ClearOpenToWork(self, request: pb.ClearOpenToWorkRequest, context: Any) -> pb.ClearOpenToWorkResponse:
        """Be open no more."""
        await self.open_to_work.say(current_user(), None)
        return pb.ClearOpenToWorkResponse()

    async def GetOpenToWork(self, request: pb.GetOpenToWorkRequest, context: Any) -> pb.GetOpenToWorkResponse:
        """Ask whether somebody is."""
        told = await self.open_to_work.of(current_user(), messages.user_id(request.user_id))
        return pb.GetOpenToWorkResponse(open_to_work=_message(told) if told else None)


def _said(message: pb.OpenToWork) -> OpenToWork:
    salary = message.salary
    return OpenToWork(
        _READ[message.audience],
        tuple(UUID(one) for one in message.occupation_ids),
        tuple(message.places),
        tuple(pb.Workplace.Name(one) for one in message.workplaces),
        (salary.currency_code, salary.minor_units) if message.HasField("salary") else None,
        tuple(
            Employer(UUID(one.company_id) if one.HasField("company_id") else None, one.name) for one in message.excluded
        ),
    )


def _message(value: OpenToWork) -> pb.OpenToWork:
    return pb.OpenToWork(
        audience=_TOLD_TO[value.told_to],
        occupation_ids=map(str, value.occupation_ids),
        places=value.places,
        workplaces=[pb.Workplace.Value(one) for one in value.workplaces],
        salary=Money(currency_code=value.salary[0], minor_units=value.salary[1]) if value.salary else None,
        excluded=[
            pb.ExcludedCompany(company_id=str(one.company_id) if one.company_id else None, name=one.name)
            for one in value.excluded
        ],
    )
