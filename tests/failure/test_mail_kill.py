"""The profile service is killed while it sends mails: each is sent, and none is there twice."""

import asyncio
from collections import Counter

import asyncpg
import pytest

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guildctl.mailbox import letters
from mesh.ids import uuid7
from mesh.testing import TestIdentity, wait_for
from mesh.testing.serving import calling
from tests.failure.conftest import Ground
from tests.failure.processes import RoleProcess, environment

pytestmark = pytest.mark.timeout(300)  # processes start slowly on a machine that is busy
PEOPLE = 40


async def test_every_mail_is_there_once_after_a_kill(ground: Ground, identity: TestIdentity) -> None:
    """Who was told that they are registered gets their mail, whatever the process was doing when it died."""
    settings = await ground.database("svc_profile")
    env = environment(ground, identity, settings.dsn, GUILD_MAIL_SECRET="shared by both lives")
    process = RoleProcess("svc_profile", env=env, ground=ground)
    await process.start()
    outside = await asyncpg.connect(settings.dsn)
    told: list[str] = []

    async def register(stub: AuthServiceStub) -> None:
        email = f"{uuid7()}@example.com"
        await stub.Register(auth.RegisterRequest(email=email, password="correct horse battery", name="Some One"))
        told.append(email)

    async with calling(process.address) as channel:
        stub = AuthServiceStub(channel)
        calls = [asyncio.create_task(register(stub)) for _ in range(PEOPLE)]
        await wait_for(lambda: len(told) >= PEOPLE // 2, timeout=60.0)
        process.kill()
        await asyncio.gather(*calls, return_exceptions=True)
    await outside.execute("UPDATE mails SET due_at = now() WHERE state = 'waiting'")  # as if leases were over
    await process.start()

    async def all_sent() -> bool:
        return not await outside.fetchval("SELECT count(*) FROM mails WHERE state <> 'sent'")

    try:
        await wait_for(all_sent, timeout=60.0)
    finally:
        process.kill()
        await outside.close()
    sent = Counter(letter.to for letter in letters(ground.home / "mail"))
    assert set(told) <= sent.keys()
    assert {1} == set(sent.values())
