"""Closed accounts and exports, on the profile service alone."""

import re
from typing import Any
from uuid import UUID

import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import second_factor_pb2
from guild.graph.v1 import degree_pb2
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.privacy.v1 import personal_data_service_pb2 as personal
from guild.privacy.v1 import privacy_service_pb2 as pb
from guild.privacy.v1.personal_data_service_pb2_grpc import PersonalDataServiceStub
from guild.privacy.v1.privacy_service_pb2_grpc import PrivacyServiceStub
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.errors import FailedPrecondition, Failure, NotFound, PermissionDenied, Unauthenticated
from mesh.ids import uuid7
from mesh.settings import RedisSettings
from mesh.testing.identity import Metadata
from svc_profile.domain.standing import FOREVER
from tests.services.conftest import vouched_for
from tests.services.svc_profile.accounts import PASSWORD, Person, join
from tests.services.svc_profile.authenticator import Device, text_of
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.factors import with_passkey


async def proven(person: Person) -> Metadata:
    """The person with a token that says that they have just proven once more who they are."""
    stepped_up = await person.auth.StepUp(second_factor_pb2.StepUpRequest(password=PASSWORD), metadata=person.me)
    return (("authorization", f"Bearer {stepped_up.access_token}"),)


async def close(person: Person) -> profiles.DeleteMyAccountResponse:
    stub, request = ProfileServiceStub(person.world.channel), profiles.DeleteMyAccountRequest(password=PASSWORD)
    return await stub.DeleteMyAccount(request, metadata=await proven(person))


async def test_a_session_alone_neither_leaves_nor_takes_along(world: World) -> None:
    """Who found an open laptop is asked to prove who they are."""
    ann = await join(world)
    leave, export = profiles.DeleteMyAccountRequest(password=PASSWORD), pb.DownloadExportRequest(export_id=str(uuid7()))
    with pytest.raises(Unauthenticated) as leaving:
        await ProfileServiceStub(world.channel).DeleteMyAccount(leave, metadata=ann.me)
    with pytest.raises(Unauthenticated) as taking:
        await anext(aiter(PrivacyServiceStub(world.channel).DownloadExport(export, metadata=ann.me)))
    assert ["STEP_UP_REQUIRED"] * 2 == [leaving.value.reason, taking.value.reason]


async def receipt_of(person: Person) -> str:
    """It stands in the mail that follows those about the address and the device."""
    [letter] = [one for one in await person.world.mailed(person.email, 2) if "closed" in one.whole()] or [
        (await person.world.mailed(person.email, 3))[-1]
    ]
    found = re.search(r"#receipt=(\S+)", letter.whole())
    assert found is not None
    return found[1]


async def test_who_has_left_cannot_sign_in_nor_register_again_while_they_may_come_back(world: World) -> None:
    """The address stays theirs until it is erased with the rest."""
    ann = await join(world)
    closed = await close(ann)

    assert closed.erase_after.seconds - closed.requested_at.seconds == 14 * 86_400
    with pytest.raises(Unauthenticated):
        await ann.login()
    with pytest.raises(Failure) as taken:
        await ann.auth.Register(auth.RegisterRequest(email=ann.email, password=PASSWORD, name="Another"))
    assert "EMAIL_TAKEN" == taken.value.reason


async def test_a_receipt_is_of_one_erasure_and_is_stored_as_a_hash(world: World) -> None:
    """Without its secret the id of an erasure says nothing."""
    ann = await join(world)
    erasure_id = (await close(ann)).erasure_id
    stub, receipt = PrivacyServiceStub(world.channel), await receipt_of(ann)

    told = (await stub.GetErasure(pb.GetErasureRequest(receipt=receipt))).erasure

    assert (erasure_id, pb.ERASURE_STATE_WAITING) == (told.id, told.state)
    row = await world.database.fetchval("SELECT e::text FROM erasures AS e WHERE erasure_id = $1", UUID(erasure_id))
    assert receipt not in row
    forged = receipt[:-4] + ("AAAA" if receipt[-4:] != "AAAA" else "BBBB")
    for wrong in (forged, "nonsense", receipt[:32]):
        with pytest.raises(NotFound) as refused:
            await stub.GetErasure(pb.GetErasureRequest(receipt=wrong))
        assert "ERASURE_NOT_FOUND" == refused.value.reason


async def test_calling_off_twice_is_calling_off_once(world: World) -> None:
    """The account is as it was; what has begun is not called off."""
    ann = await join(world)
    await close(ann)
    stub, receipt = PrivacyServiceStub(world.channel), await receipt_of(ann)

    for _ in range(2):
        reply = await stub.CancelErasure(pb.CancelErasureRequest(receipt=receipt))
        assert pb.ERASURE_STATE_CANCELLED == reply.erasure.state
    assert ann.id == (await ann.login()).id

    bob = await join(world)
    erasure_id = UUID((await close(bob)).erasure_id)
    await world.database.execute("UPDATE erasures SET erase_after = now() WHERE erasure_id = $1", erasure_id)
    with pytest.raises(FailedPrecondition) as refused:
        await stub.CancelErasure(pb.CancelErasureRequest(receipt=await receipt_of(bob)))
    assert "ERASURE_UNDER_WAY" == refused.value.reason


async def test_a_suspended_member_may_take_everything_along(world: World) -> None:
    """The right to a copy does not depend on good behaviour; only the own export is there."""
    ann, another = await join(world), await join(world)
    await world.database.execute("UPDATE users SET suspended_until = $1 WHERE user_id = $2", FOREVER, UUID(ann.id))
    suspended = (await ann.login()).me
    stub = PrivacyServiceStub(world.channel)

    first = (await stub.StartExport(pb.StartExportRequest(), metadata=suspended)).export
    again = (await stub.StartExport(pb.StartExportRequest(), metadata=suspended)).export

    assert first == again
    request = pb.GetExportRequest(export_id=first.id)
    assert first == (await stub.GetExport(request, metadata=suspended)).export
    with pytest.raises(NotFound):
        await stub.GetExport(request, metadata=another.me)
    theirs = pb.DownloadExportRequest(export_id=first.id)
    download = stub.DownloadExport(theirs, metadata=await proven(another))
    with pytest.raises(NotFound):
        await anext(aiter(download))


async def test_members_may_not_ask_for_others(world: World) -> None:
    """What services ask each other is closed to everybody else."""
    ann, stub = await world.member(), PersonalDataServiceStub(world.channel)
    me: Any = {"user_id": str(ann.user_id)}
    with pytest.raises(PermissionDenied):
        await stub.EraseUser(personal.EraseUserRequest(**me, erasure_id=str(uuid7())), metadata=ann.metadata)
    with pytest.raises(PermissionDenied):
        await anext(aiter(stub.ExportUser(personal.ExportUserRequest(**me), metadata=ann.metadata)))


async def test_nobody_is_told_that_they_were_ignored_refused_or_blocked(world: World) -> None:
    """An export tells of others what the lists of the network tell, and no more."""
    ann, ignoring, refusing, blocking = [await world.member() for _ in range(4)]
    for other, status in ((ignoring, "ignored"), (refusing, "rejected")):
        await world.database.execute(
            "INSERT INTO connections (user_id, connected_user_id, status, requested_by, created_at, updated_at)"
            " VALUES ($1, $2, $3, $1, now(), now())",
            ann.user_id,
            other.user_id,
            status,
        )
        await world.database.execute(
            "INSERT INTO connection_history (user_id, connected_user_id, change_id, from_status, to_status, actor_id,"
            " changed_at, asked_by) VALUES ($1, $2, $3, 'pending', $4, $2, now(), $1)",
            ann.user_id,
            other.user_id,
            uuid7(),
            status,
        )
    await world.block(blocking, ann)

    stub, me = PersonalDataServiceStub(world.channel), world.identity.service_metadata("feed")
    stream = stub.ExportUser(personal.ExportUserRequest(user_id=str(ann.user_id)), metadata=me)
    told = {part.section: "".join(part.records) async for part in stream}

    assert '"status":"pending"' in told["connections"]
    assert str(refusing.user_id) not in "".join(told.values())
    assert str(blocking.user_id) not in "".join(told.values())
    assert "ignored" not in "".join(told.values())


async def test_passkeys_are_taken_along_without_what_signs_in_and_go_with_the_member(world: World) -> None:
    """The member is told what they called it; neither the device nor the site is told what the other knows it by."""
    ann, device = await join(world), Device()
    passkey = await with_passkey(ann, device, name="Phone")
    stub, by = PersonalDataServiceStub(world.channel), world.identity.service_metadata("profile")
    stream = stub.ExportUser(personal.ExportUserRequest(user_id=ann.id), metadata=by)
    told = {part.section: "".join(part.records) async for part in stream}
    assert all(said in told["passkeys"] for said in (passkey.id, '"name":"Phone"', "internal"))
    assert text_of(device.credential_id) not in "".join(told.values())
    assert {"passkeys"} == {section for section in told if "passkey" in section}

    tables = ("passkeys", "passkey_credentials", "passkey_challenges")
    count = " + ".join(f"(SELECT count(*) FROM {table} WHERE user_id = $1)" for table in tables)  # noqa: S608
    assert await world.database.fetchval(f"SELECT {count}", UUID(ann.id)) >= 2
    await stub.EraseUser(personal.EraseUserRequest(user_id=ann.id, erasure_id=str(uuid7())), metadata=by)
    assert 0 == await world.database.fetchval(f"SELECT {count}", UUID(ann.id))


async def test_an_erased_connection_is_counted_no_more(world: World, redis_settings: RedisSettings) -> None:
    """What is held of those whom the erased one was connected with is void with the rows."""
    await vouched_for(redis_settings)
    ann, bob, erased = [await world.member() for _ in range(3)]
    await world.connect(ann, bob)
    await world.connect(bob, erased)
    graph, privacy = ConnectionServiceStub(world.channel), PersonalDataServiceStub(world.channel)
    request = personal.EraseUserRequest(user_id=str(erased.user_id), erasure_id=str(uuid7()))

    before = await graph.GetNetworkSize(degree_pb2.GetNetworkSizeRequest(), metadata=ann.metadata)
    await privacy.EraseUser(request, metadata=world.identity.service_metadata("profile"))
    after = await graph.GetNetworkSize(degree_pb2.GetNetworkSizeRequest(), metadata=ann.metadata)

    assert (1, 0) == (before.second_degree, after.second_degree)
