"""Accounts that nobody has, as operators make them at the public port."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from guild.trust.v1 import moderation_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from guildctl.desk import Desk
from guildctl.dial import dialled

_PAGE = 100


async def mark(desk: Desk, user_id: UUID) -> pb.Canary:
    """Make an account a canary; raises Failure."""
    async with _trust(desk) as stub:
        return (await stub.MarkCanary(pb.MarkCanaryRequest(user_id=str(user_id)), metadata=desk.proof)).canary


async def unmark(desk: Desk, user_id: UUID) -> None:
    """Make an account a canary no more; raises Failure."""
    async with _trust(desk) as stub:
        await stub.UnmarkCanary(pb.UnmarkCanaryRequest(user_id=str(user_id)), metadata=desk.proof)


async def every(desk: Desk, say: Callable[[str], None]) -> None:
    """Say all of them, the latest accounts first; raises Failure."""
    page_token, more = "", True
    async with _trust(desk) as stub:
        while more:
            request = pb.ListCanariesRequest(page_size=_PAGE, page_token=page_token)
            page = await stub.ListCanaries(request, metadata=desk.proof)
            for canary in page.canaries:
                say(line(canary))
            page_token = page.next_page_token
            more = bool(page_token)


def line(canary: pb.Canary) -> str:
    """A canary in words."""
    return f"{canary.user_id} is a canary of {canary.operator} since {canary.created_at.ToJsonString()}"


@asynccontextmanager
async def _trust(desk: Desk) -> AsyncGenerator[Any]:
    async with dialled(desk.address, "trust") as peer:
        yield TrustServiceStub(peer.channel)
