"""An instance of the feed service is killed while members tell what they saw: nothing too much, nothing twice."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from guild.events.v1.envelope_pb2 import Envelope
from guild.events.v1.promotion_pb2 import ImpressionCharged
from guild.feed.v1 import promotion_service_pb2 as pb
from guild.feed.v1.promotion_service_pb2_grpc import PromotionServiceStub
from mesh.embedded import free_port
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.testing import TestIdentity, wait_for
from mesh.testing.serving import calling, serving
from svc_feed.app import build_api
from svc_feed.config import Config
from tests.failure.processes import RoleProcess, environment

pytestmark = pytest.mark.timeout(300)  # processes start slowly on a machine that is busy
VIEWERS, EACH = 200, 50
PAID = 7_000  # of all, which the budget is for
PRICE = 500  # thousandths of a cent
AT_ONCE = 200
AGAIN = 4  # of so many one is told of at both instances


@dataclass
class Stage:
    """Two instances on one database, one of them a process that can be killed, and a campaign that is shown much."""

    process: RoleProcess
    stubs: list[PromotionServiceStub]
    database: asyncpg.Connection
    campaign: UUID
    shown: list[tuple[Any, UUID]] = field(default_factory=list)
    """Who was shown which impression."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(ground: Any, identity: TestIdentity) -> AsyncIterator[Stage]:
    settings = await ground.database("svc_feed")
    nowhere = f"127.0.0.1:{free_port()}"  # nobody asks the profile service
    env = environment(ground, identity, settings.dsn, GUILD_PROFILE_ADDRESS=nowhere)
    process = RoleProcess("svc_feed", env=env, ground=ground)
    async with AsyncExitStack() as stack:
        config = Config(**ground.common, database=settings, profile_address=nowhere)
        other = await stack.enter_async_context(serving(build_api(config)))
        database = await asyncpg.connect(settings.dsn)
        stack.push_async_callback(database.close)
        await process.start()
        stack.callback(process.kill)
        channel = await stack.enter_async_context(calling(process.address))
        stubs = [PromotionServiceStub(one) for one in (channel, other.channel)]
        made = Stage(process, stubs, database, uuid7())
        await advertise(made, identity)
        yield made


async def advertise(stage: Stage, identity: TestIdentity) -> None:
    """Store a campaign, and that everybody was shown it some times."""
    now, advertiser = datetime.now(UTC), uuid7()
    await stage.database.execute(
        "INSERT INTO campaigns (advertiser_id, id, post_id, name, currency, budget, cost_per_mille, pacing,"
        " frequency_cap, start_at, created_at, updated_at, review)"
        " VALUES ($1, $2, $3, 'x', 'EUR', $4, $5, 'accelerated', 100, $6, $6, $6, 'approved')",
        *(advertiser, stage.campaign, uuid7(), PAID * PRICE // 1_000, PRICE, now),
    )
    await stage.database.execute("INSERT INTO campaign_index VALUES ($1, $2)", stage.campaign, advertiser)
    rows: list[tuple[Any, ...]] = []
    for _ in range(VIEWERS):
        viewer = identity.sign_in()
        for nth in range(EACH):
            impression = uuid7()
            stage.shown.append((viewer, impression))
            rows.append((viewer.user_id, impression, advertiser, stage.campaign, now.date(), nth, PRICE, now))
    names = ("viewer_id", "id", "advertiser_id", "campaign_id", "day", "nth", "price", "served_at")
    await stage.database.copy_records_to_table("impressions", records=rows, columns=names)


async def test_a_budget_survives_a_kill(stage: Stage) -> None:
    """Ten thousand are told at two instances, one of which is killed twice: what the budget pays is charged, once."""
    told = [(*one, stage.stubs[at % 2]) for at, one in enumerate(stage.shown)]
    told += [(*one, stub) for *one, other in told[::AGAIN] for stub in stage.stubs if stub is not other]
    random.Random(20260101).shuffle(told)
    waiting, counted, done = asyncio.Queue[Any](), list[UUID](), list[UUID]()
    for one in told:
        waiting.put_nowait(one)

    async def tell() -> None:
        while not waiting.empty():
            viewer, impression, stub = waiting.get_nowait()
            request = pb.RecordImpressionRequest(campaign_id=str(stage.campaign), impression_id=str(impression))
            try:
                reply = await stub.RecordImpression(request, metadata=viewer.metadata)
            except Failure:
                waiting.put_nowait((viewer, impression, stub))
                await asyncio.sleep(0.1)  # longer while nobody listens
                continue
            done.append(impression)
            if reply.counted:
                counted.append(impression)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(tell())
        for part in (1, 2):
            await wait_for(lambda part=part: len(done) > part * len(told) // 8, timeout=120)
            stage.process.kill()
            await stage.process.start()

    account = await stage.database.fetchrow(
        "SELECT spent, impressions, reach FROM campaigns WHERE id = $1", stage.campaign
    )
    charges = await stage.database.fetch("SELECT number, impression_id, amount, spent FROM charges ORDER BY number")
    assert (PAID * PRICE, PAID) == (account["spent"], account["impressions"])
    assert [*range(1, PAID + 1)] == [row["number"] for row in charges]
    assert [PRICE * number for number in range(1, PAID + 1)] == [row["spent"] for row in charges]
    charged = {row["impression_id"] for row in charges}
    assert PAID == len(charged)
    assert (len(counted), set[UUID]()) == (len(set(counted)), set(counted) - charged)
    paid = {viewer.user_id for viewer, impression in stage.shown if impression in charged}
    assert len(paid) == account["reach"]
    events = [Envelope.FromString(row["envelope"]) for row in await stage.database.fetch("SELECT envelope FROM outbox")]
    charged_events = [
        ImpressionCharged.FromString(one.payload).impression_id
        for one in events
        if one.type == ImpressionCharged.DESCRIPTOR.full_name
    ]
    assert sorted(map(str, charged)) == sorted(charged_events)
