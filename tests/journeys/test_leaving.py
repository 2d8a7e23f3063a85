"""Somebody leaves: takes everything along, is seen by nobody at once, and is erased everywhere, crashes or not."""

import importlib
import io
import re
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
import pytest_asyncio

from guild.privacy.v1.privacy_service_pb2 import ERASURE_STATE_CANCELLED
from guildctl.desk import Desk
from guildctl.mailbox import letters
from guildctl.personal_data import Records
from mesh.auth import ServiceCredentials
from mesh.cache import Cache
from mesh.clock import SystemClock
from mesh.data import Database
from mesh.generations import Changes, Generations
from mesh.ids import UserId
from mesh.principal import Principal
from mesh.privacy import Blank, Erased, Keep, Rules
from mesh.rpc.client import Peer
from mesh.service import ACCESS, SHARED_PREFIX
from mesh.settings import DatabaseSettings, Engine, RedisSettings
from mesh.testing import ManualClock, TestIdentity, wait_for
from svc_profile.compose.privacy import own_data
from svc_profile.peers.personal_data import RemotePersonalData
from svc_profile.store.erasures import ErasureRepository
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.erasing import Erasing

PASSWORD = "a long enough password"
OTHERS = ("messaging", "feed", "jobs")


@dataclass
class Member:
    """Somebody with a REST client of their own."""

    client: Any
    id: str
    email: str
    name: str

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        reply = await self.client.post(path, json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def step_up(self) -> None:
        """Prove once more who they are."""
        proven = await self.post("/api/v1/auth/step-up", {"password": PASSWORD})
        self.client.headers["authorization"] = f"Bearer {proven['accessToken']}"

    async def get(self, path: str) -> dict[str, Any]:
        reply = await self.client.get(path)
        assert reply.status_code == 200, reply.text
        return reply.json()


async def join(mesh: Any, clients: AsyncExitStack, name: str) -> Member:
    email, name = f"{uuid4()}@example.com", f"{name} {uuid4().hex[:8]}"
    async with mesh.client() as nobody:
        body = {"email": email, "password": PASSWORD, "name": name}
        joined = (await nobody.post("/api/v1/auth/register", json=body)).json()
    client = await clients.enter_async_context(mesh.client(joined["accessToken"]))
    return Member(client, joined["user"]["id"], email, name)


@dataclass
class Life:
    """A member with something in every service, and somebody they had to do with."""

    ann: Member
    bob: Member
    mesh: Any
    post: str = ""
    conversation: str = ""
    mail: Path = field(default_factory=Path)

    async def receipt(self, number: int) -> str:
        """What stands in the mail that tells of the closing, the first or the second."""

        def found() -> list[str]:
            sent = [one.whole() for one in letters(self.mail) if one.to == self.ann.email]
            return [match[1] for text in sent if (match := re.search(r"#receipt=(\S+)", text))]

        await wait_for(lambda: len(found()) >= number)
        return found()[number - 1]

    async def told(self, path: str, receipt: str) -> Any:
        async with self.mesh.client() as nobody:
            reply = await nobody.post(f"/api/v1/erasures/{path}", json={"receipt": receipt})
        return reply.json()["erasure"] if reply.status_code == 200 else reply.json()["reason"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(mesh: Any, mail_folder: Path) -> AsyncIterator[Life]:
    async with AsyncExitStack() as clients:
        ann, bob = await join(mesh, clients, "Ann"), await join(mesh, clients, "Bob")
        await ann.post("/api/v1/connections/request", {"userId": bob.id, "note": "remember me?"})
        await bob.post("/api/v1/connections/accept", {"userId": ann.id})
        job_title = {"title": "Bridge builder", "companyName": "Bridges", "start": {"year": 2020}}
        await ann.post("/api/v1/users/me/positions", {"position": job_title})
        post = (await ann.post("/api/v1/posts", {"content": "My own words.", "visibility": "PUBLIC"}))["post"]["id"]
        await bob.post(f"/api/v1/posts/{post}/comments", {"content": "Well said."})
        his = (await bob.post("/api/v1/posts", {"content": "His words.", "visibility": "PUBLIC"}))["post"]["id"]
        comment = (await ann.post(f"/api/v1/posts/{his}/comments", {"content": "Indeed."}))["comment"]["id"]
        await bob.post(f"/api/v1/posts/{his}/comments", {"content": "Thanks.", "parentId": comment})
        await ann.post(f"/api/v1/posts/{his}/like", {})
        await ann.get("/api/v1/feed?limit=20&offset=0")
        message = {"to": bob.id, "clientMessageId": str(uuid4()), "content": "A secret of mine."}
        sent = (await ann.post("/api/v1/messages", message))["message"]["conversationId"]
        reply = {"clientMessageId": str(uuid4()), "content": "I keep it."}
        await bob.post(f"/api/v1/conversations/{sent}/messages", reply)
        company = (await bob.post("/api/v1/companies", {"company": {"name": f"Bridges {uuid4()}"}}))["company"]["id"]
        job = {"companyId": company, "title": "Engineer", "description": "Build.", "status": "JOB_STATUS_OPEN"}
        job_id = (await bob.post("/api/v1/jobs", {"job": job}))["job"]["id"]
        await ann.post(f"/api/v1/jobs/{job_id}/apply", {"coverLetter": "I am the one."})
        yield Life(ann, bob, mesh, post, sent, mail_folder)


async def test_first_they_take_everything_along(life: Life) -> None:
    """The archive has a file for each kind of record, from all services."""
    export = (await life.ann.post("/api/v1/users/me/exports", {}))["export"]
    again = (await life.ann.post("/api/v1/users/me/export", {}))["export"]
    await life.ann.step_up()
    reply = await life.ann.client.get(export["downloadUrl"])

    assert export == again
    assert (200, "application/zip") == (reply.status_code, reply.headers["content-type"])
    archive = zipfile.ZipFile(io.BytesIO(reply.content))
    assert archive.testzip() is None
    counts = orjson.loads(archive.read("index.json"))
    for name, text in {
        "messaging/messages": "A secret of mine.",
        "feed/posts": "My own words.",
        "feed/comments": "Indeed.",
        "feed/reactions": "like",
        "jobs/job_applications": "I am the one.",
        "profile/positions": "Bridge builder",
        "profile/connections": life.bob.id,
        "profile/account": life.ann.email,
    }.items():
        lines = archive.read(f"{name}.jsonl").decode().splitlines()
        assert text in lines[0], name
        assert counts[name] == len(lines)
    assert "password_hash" not in b"".join(archive.read(name) for name in archive.namelist()).decode()
    await life.bob.step_up()
    assert 404 == (await life.bob.client.get(export["downloadUrl"])).status_code


async def test_an_operator_is_given_the_same_on_a_legal_request(life: Life, tmp_path: Path) -> None:
    """Through the public port, into a file."""
    records, ann, to = Records(Desk(life.mesh.grpc, life.mesh.admin_token)), UUID(life.ann.id), tmp_path / "ann.zip"
    opened = await records.start(ann, "case 7")
    assert opened == await records.show(ann, UUID(opened.id))
    size = await records.download(ann, UUID(opened.id), to, print)
    assert size == to.stat().st_size
    with zipfile.ZipFile(to) as archive:
        assert {"profile", "feed", "messaging", "jobs"} <= {name.split("/")[0] for name in archive.namelist()}
        assert "A secret of mine." in archive.read("messaging/messages.jsonl").decode()


async def test_then_nobody_sees_them_and_they_may_come_back(life: Life) -> None:
    """With the answer they are gone for everybody, and with the receipt they are back."""
    wrong = await life.ann.client.post("/api/v1/users/me/delete", json={"password": "a wrong password"})
    closed = await life.ann.post("/api/v1/users/me/delete", {"password": PASSWORD})

    assert "PASSWORD_MISMATCH" == wrong.json()["reason"]
    assert 401 == (await life.ann.client.get("/api/v1/users/me")).status_code
    assert 404 == (await life.bob.client.get(f"/api/v1/users/{life.ann.id}")).status_code
    assert 404 == (await life.bob.client.get(f"/api/v1/posts/{life.post}")).status_code
    receipt = await life.receipt(1)
    waiting = await life.told("status", receipt)
    assert ("WAITING", closed["erasureId"]) == (waiting["state"], waiting["id"])
    assert "ERASURE_NOT_FOUND" == await life.told("status", receipt[:-4] + "AAAA")

    records = Records(Desk(life.mesh.grpc, life.mesh.admin_token))
    assert closed["erasureId"] == (await records.erasure(receipt)).id
    assert "CANCELLED" == (await life.told("cancel", receipt))["state"]
    assert ERASURE_STATE_CANCELLED == (await records.cancel(receipt)).state
    assert 200 == (await life.bob.client.get(f"/api/v1/users/{life.ann.id}")).status_code
    async with life.mesh.client() as nobody:
        signed_in = await nobody.post("/api/v1/auth/login", json={"email": life.ann.email, "password": PASSWORD})
    life.ann.client.headers["authorization"] = f"Bearer {signed_in.json()['accessToken']}"


class KilledError(BaseException):
    """The process is gone: nothing of it notes that it failed."""


class Fragile:
    """A service whose answer the leading process does not live to hear, at first."""

    def __init__(self, holder: RemotePersonalData, deaths: int) -> None:
        self.holder = holder
        self.deaths = deaths
        self.asked = 0

    def export(self, user_id: UserId) -> Any:
        return self.holder.export(user_id)

    async def erase(self, user_id: UserId, erasure_id: UUID) -> Erased:
        self.asked += 1
        erased = await self.holder.erase(user_id, erasure_id)
        if self.asked <= self.deaths:
            raise KilledError
        return erased


@dataclass
class Leading:
    """Processes of the profile service that lead erasures, one after the other, at a time of their own."""

    db: Database
    clock: ManualClock
    holders: Mapping[str, Any]

    async def round(self) -> None:
        erasing = Erasing(self.db, ErasureRepository(), self.holders, Principal(service="profile"), self.clock)
        await erasing.round()


@pytest_asyncio.fixture(loop_scope="module")
async def leading(
    mesh: Any, identity: TestIdentity, engine: Engine, redis_settings: RedisSettings
) -> AsyncIterator[Leading]:
    clock, db = ManualClock(datetime.now(UTC)), Database(DatabaseSettings(mesh.databases["guild_profile"]))
    credentials = ServiceCredentials("profile", identity.settings, SystemClock())
    peers = {name: Peer(mesh.services[name], name=name, engine=engine, credentials=credentials) for name in OTHERS}
    holders = {name: Fragile(RemotePersonalData(peers[name].channel), int(name == "feed")) for name in OTHERS}
    shared = Cache(redis_settings, prefix=SHARED_PREFIX)
    own = own_data(db, clock, AccessChanges(Changes(Generations(shared)), ACCESS))
    for part in (shared, db, *peers.values()):
        await part.start()
    yield Leading(db, clock, {**holders, "profile": own})
    for part in (*peers.values(), db, shared):
        await part.stop()


async def test_in_the_end_nothing_is_left_of_them(life: Life, leading: Leading) -> None:
    """A crash in the middle costs nothing: who goes on asks only the services that are not done."""
    assert "profile.users" in await left_of(life)
    await life.ann.step_up()
    await life.ann.post("/api/v1/users/me/delete", {"password": PASSWORD})
    receipt = await life.receipt(2)
    leading.clock.advance(timedelta(days=15))

    with pytest.raises(KilledError):
        await leading.round()
    assert "ERASURE_UNDER_WAY" == await life.told("cancel", receipt)
    leading.clock.advance(timedelta(minutes=2))
    await leading.round()

    assert {"messaging": 1, "feed": 2, "jobs": 1} == {name: leading.holders[name].asked for name in OTHERS}
    report = await life.told("status", receipt)
    assert "ERASED" == report["state"]
    erased = {
        (service["service"], place["name"]): int(place["erased"])
        for service in report["services"]
        for place in service["places"]
    }
    for place in [("messaging", "messages"), ("feed", "posts"), ("feed", "comments"), ("feed", "engagement")]:
        assert 1 == erased[place], place
    assert (1, 1) == (erased["jobs", "applications"], erased["profile", "users"])
    assert 1 <= erased["feed", "feeds"]
    assert {place["name"] for place in report["services"][-1]["places"]} >= {"USERS", "GRAPH", "DLQ"}
    assert {} == await left_of(life)
    assert await parted(life) == 1
    await the_places_of_others_stay(life)

    leading.clock.advance(timedelta(days=9))
    await leading.round()
    assert "CONFIRMED" == (await life.told("status", receipt))["state"]


async def the_places_of_others_stay(life: Life) -> None:
    """Bob still reads what he wrote, where it was."""
    post = (await life.bob.get(f"/api/v1/posts/{life.post}"))["post"]
    comments = (await life.bob.get(f"/api/v1/posts/{life.post}/comments"))["comments"]
    messages = (await life.bob.get(f"/api/v1/conversations/{life.conversation}/messages"))["messages"]
    assert ("[deleted]", "ERASED") == (post["content"], post["status"])
    assert "" == post.get("authorId", "")
    assert ["Well said."] == [comment["content"] for comment in comments]
    assert {"I keep it.", ""} == {message.get("content", "") for message in messages}


async def parted(life: Life) -> int:
    """How often other services were told that a connection of the member has ended."""
    connection = await asyncpg.connect(life.mesh.databases["guild_profile"])
    subject = f"guild.graph.connection_removed.%{life.ann.id}%"
    found = await connection.fetchval("SELECT count(*) FROM outbox WHERE subject LIKE $1", subject)
    await connection.close()
    return found


async def left_of(life: Life) -> dict[str, list[str]]:
    """The tables that still hold the member's id, address or name although no rule keeps them there."""
    found: dict[str, list[str]] = {}
    for service in ("profile", "feed", "messaging", "jobs"):
        rules: Rules = importlib.import_module(f"svc_{service}.store.personal").RULES
        kept = {rule.table.name for rule, _ in rules.personal if isinstance(rule.erase, Keep | Blank)}
        connection = await asyncpg.connect(life.mesh.databases[f"guild_{service}"])
        for table in {rule.table.name for rule in rules.all}:
            for what in (life.ann.id, life.ann.email, life.ann.name):
                if what == life.ann.id and table in kept:
                    continue
                written = [what, what.encode().hex()]
                query = f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE ANY ($1)'  # noqa: S608
                if await connection.fetchval(query, [f"%{text}%" for text in written]):
                    found.setdefault(f"{service}.{table}", []).append(what)
        await connection.close()
    return found
