"""What operators may fetch about a member: with a line in the audit log, for a day, each their own."""

from typing import Any

import pytest

from guild.privacy.v1 import privacy_service_pb2 as pb
from guild.privacy.v1.privacy_service_pb2_grpc import PrivacyServiceStub
from guild.trust.v1 import moderation_pb2 as trust
from mesh.errors import InvalidArgument, NotFound
from mesh.ids import uuid7
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_canaries import actions


async def start(world: World, user_id: Any, reason: str = "case 7") -> Any:
    request = pb.StartMemberExportRequest(user_id=str(user_id), reason=reason)
    stub = PrivacyServiceStub(world.channel)
    return (await stub.StartMemberExport(request, metadata=world.identity.admin_metadata())).export


async def reason(world: World, user_id: Any, export_id: Any) -> list[str]:
    """Why it is neither read nor fetched; the same for both."""
    stub, of, me = PrivacyServiceStub(world.channel), {"user_id": str(user_id)}, world.identity.admin_metadata()
    of["export_id"] = str(export_id)
    with pytest.raises(NotFound) as read:
        await stub.GetMemberExport(pb.GetMemberExportRequest(**of), metadata=me)
    with pytest.raises(NotFound) as fetched:
        await anext(aiter(stub.DownloadMemberExport(pb.DownloadMemberExportRequest(**of), metadata=me)))
    return [read.value.reason, fetched.value.reason]


NOT_THERE = ["EXPORT_NOT_FOUND"] * 2


async def test_an_export_is_a_line_of_the_log(world: World) -> None:
    """With the name and the words of the operator; it is none of the member's own."""
    ann = await world.member()
    opened = await start(world, ann.user_id)
    [line] = await actions(world, ann.user_id)
    assert (opened.id, trust.ACTION_KIND_MEMBER_EXPORTED, "case 7") == (line.id, line.kind, line.note)
    assert 86_400 == opened.expires_at.seconds - opened.created_at.seconds
    assert f"/internal/users/{ann.user_id}/exports/{opened.id}/archive" == opened.download_url
    stub = PrivacyServiceStub(world.channel)
    request = pb.GetMemberExportRequest(user_id=str(ann.user_id), export_id=opened.id)
    assert opened == (await stub.GetMemberExport(request, metadata=world.identity.admin_metadata())).export
    with pytest.raises(NotFound):
        await stub.GetExport(pb.GetExportRequest(export_id=opened.id), metadata=ann.metadata)
    assert opened.id != (await stub.StartExport(pb.StartExportRequest(), metadata=ann.metadata)).export.id


@pytest.mark.parametrize("change", ["operator = 'another'", "created_at = created_at - interval '1 day'", "note = ''"])
async def test_it_is_of_who_opened_it_for_a_day(world: World, change: str) -> None:
    """Nor does a line that another service records open anything: it has no note."""
    ann = await world.member()
    opened = await start(world, ann.user_id)
    await world.database.execute(
        f"UPDATE operator_actions SET {change} WHERE user_id = $1",  # noqa: S608
        ann.user_id,
    )
    assert NOT_THERE == await reason(world, ann.user_id, opened.id)


async def test_it_is_of_one_member(world: World) -> None:
    """Neither another's nor a made-up one is found, nor a line about something else."""
    ann, bob = await world.member(), await world.member()
    opened = await start(world, ann.user_id)
    assert NOT_THERE == await reason(world, bob.user_id, opened.id)
    assert NOT_THERE == await reason(world, ann.user_id, uuid7())
    await world.database.execute("UPDATE operator_actions SET kind = 'restricted' WHERE user_id = $1", ann.user_id)
    assert NOT_THERE == await reason(world, ann.user_id, opened.id)


async def test_who_is_erased_has_no_export(world: World) -> None:
    """Who is closed has; without a reason nobody has."""
    ann = await world.member()
    await world.database.execute("UPDATE users SET deleted_at = now() WHERE user_id = $1", ann.user_id)
    assert (await start(world, ann.user_id)).id
    with pytest.raises(NotFound) as unknown:
        await start(world, uuid7())
    assert "USER_NOT_FOUND" == unknown.value.reason
    with pytest.raises(InvalidArgument):
        await start(world, ann.user_id, "")
