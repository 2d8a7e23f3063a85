"""Accounts that look made up."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from guild.events.v1.messages_pb2 import ConversationCreated
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.trust.v1 import trust_service_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.contract import timestamp
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from mesh.settings import MailSettings
from mesh.testing import TestIdentity, wait_for
from mesh.testing.identity import SignedIn
from mesh.testing.serving import serving
from svc_profile.app import build
from svc_profile.config import Config
from svc_profile.domain.signals import MOST, Doing
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_flags import flags_of


async def test_a_young_empty_account_that_invites_many_is_flagged_and_labelled(
    world: World, common: dict[str, Any], identity: TestIdentity
) -> None:
    """By the process that sees it, at the latest when it stops; reviewers lift the label. Others are let alone."""
    config = Config(
        **common,
        database=world.settings,
        mail=MailSettings(folder=world.mail),
        signing_keys_dir=identity.ring_folder,
        hashing_cost="test",
    )
    robot, person, full = [await world.member() for _ in range(3)]
    await filled(world, full)
    others = [await world.member() for _ in range(MOST[Doing.INVITED])]
    async with serving(build(config)) as running:
        stub = ConnectionServiceStub(running.channel)
        for who, most in ((robot, len(others)), (person, len(others) - 1), (full, len(others))):
            for other in others[:most]:
                request = graph.RequestConnectionRequest(user_id=str(other.user_id))
                await stub.RequestConnection(request, metadata=who.metadata)

    assert ([], []) == (await flags_of(world, person.user_id), await flags_of(world, full.user_id))
    [flag] = await flags_of(world, robot.user_id)
    assert (pb.FLAG_KIND_FAKE_ACCOUNT, 60, ["suspected_automation"]) == (flag.kind, flag.score, list(flag.labels))
    assert flag.evidence.startswith("20 invitations within a day by an account of less than 7 days")
    operator, trust = identity.admin_metadata(), TrustServiceStub(world.channel)
    await trust.LabelFlag(pb.LabelFlagRequest(flag_id=flag.id, labels=["ring"]), metadata=operator)
    assert [["ring"]] == [list(one.labels) for one in await flags_of(world, robot.user_id)]
    await world.database.execute(
        "UPDATE flags SET signal_labels = '{old}', signal_until = $1 WHERE user_id = $2",
        datetime(2020, 1, 1, tzinfo=UTC),
        robot.user_id,
    )
    assert [["ring"]] == [list(one.labels) for one in await flags_of(world, robot.user_id)]


async def test_a_young_empty_account_that_writes_to_many_strangers_is_flagged(world: World) -> None:
    """As messaging tells of conversations: connections do not count, nor what is heard of late."""
    robot, friendly, late = [await world.member() for _ in range(3)]
    strangers = [await world.member() for _ in range(MOST[Doing.APPROACHED])]
    await world.connect(friendly, strangers[0])
    database, now = Database(world.settings), datetime.now(UTC)
    await database.start()

    async def told(tx: Transaction) -> None:
        for one, at in ((friendly, now), (late, now - timedelta(hours=2)), (robot, now)):
            everybody = [str(who.user_id) for who in (one, *strangers)]
            event = ConversationCreated(
                conversation_id=str(uuid7()),
                creator_id=everybody[0],
                participant_ids=everybody,
                created_at=timestamp(at),
            )
            tx.emit(event, actor=one.user_id)

    try:
        await database.transact(told)
        await wait_for(partial(flags_of, world, robot.user_id), timeout=20)
    finally:
        await database.stop()
    [flag] = await flags_of(world, robot.user_id)
    assert (pb.FLAG_KIND_SPAM, 60, ["suspected_automation"]) == (flag.kind, flag.score, list(flag.labels))
    assert ([], []) == (await flags_of(world, friendly.user_id), await flags_of(world, late.user_id))


async def filled(world: World, member: SignedIn) -> None:
    """A profile that says something of somebody."""
    await world.database.execute(
        "UPDATE users SET headline = 'Baker', about = $2, location = 'Bern', industry = 'Food',"
        " profile_picture_url = 'https://example.com/me.png' WHERE user_id = $1",
        member.user_id,
        "I bake. " * 20,
    )
