"""The profile service with its tables seen from outside."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from guildctl.mailbox import Written, letter
from mesh.cache import Cache
from mesh.generations import Generations
from mesh.ids import uuid7
from mesh.mail.folder import written
from mesh.service import ACCESS, SHARED_PREFIX
from mesh.settings import DatabaseSettings, MailSettings, RedisSettings
from mesh.testing import TestIdentity, wait_for
from mesh.testing.databases import Databases
from mesh.testing.identity import SignedIn
from mesh.testing.serving import serving
from svc_profile.app import build
from svc_profile.config import ChallengeSettings, Config
from svc_profile.domain.standing import FOREVER


@cache
def _read(path: Path) -> tuple[str, Written]:
    """A mail with its address: a file is complete once it has its name."""
    one = letter(path)
    return one.to.lower(), one


@dataclass(frozen=True)
class World:
    """Members made without registering, and what lies between them without asking."""

    channel: Any
    database: asyncpg.Connection
    settings: DatabaseSettings
    identity: TestIdentity
    mail: Path
    generations: Generations

    async def told(self, *people: SignedIn) -> None:
        """Void what is kept of members whom a test changed behind the back of the service."""
        names = [name(one.user_id) for one in people for name in (ACCESS.subject, ACCESS.object)]
        await self.generations.hold(names, "test")
        await self.generations.release(names, "test")

    async def mailed(self, to: str, number: int = 1) -> list[Written]:
        """What was mailed to an address, the oldest first, once there are that many."""

        def there() -> bool:
            return len(sent()) >= number

        def sent() -> list[Written]:
            return [letter for address, letter in map(_read, written(self.mail)) if address == to.lower()]

        await wait_for(there)
        return sent()

    async def member(self, standing: str = "none") -> SignedIn:
        """A signed-in member whom the operators let alone, or not."""
        person = self.identity.sign_in(uuid7())
        await self.database.execute(
            "INSERT INTO users (user_id, name, email, created_at, updated_at)"
            " VALUES ($1, 'Some One', $2, now(), now())",
            person.user_id,
            f"{person.user_id}@example.com",
        )
        if standing != "none":
            await self.database.execute(
                f"UPDATE users SET {standing}_until = $1 WHERE user_id = $2",  # noqa: S608
                FOREVER,
                person.user_id,
            )
        return person

    async def skill(self, user_id: UUID, name: str = "Python") -> UUID:
        """A skill on the profile of a member."""
        skill_id = uuid7()
        await self.database.execute(
            "INSERT INTO skills (user_id, id, name) VALUES ($1, $2, $3)", user_id, skill_id, name
        )
        await self.database.execute("UPDATE users SET parts_revision = parts_revision + 1 WHERE user_id = $1", user_id)
        return skill_id

    async def connect(self, one: SignedIn, other: SignedIn) -> None:
        """Make the two connected."""
        for me, them in ((one, other), (other, one)):
            await self.database.execute(
                "INSERT INTO connections (user_id, connected_user_id, status, requested_by, created_at, updated_at,"
                " accepted_at) VALUES ($1, $2, 'accepted', $3, now(), now(), now())",
                me.user_id,
                them.user_id,
                one.user_id,
            )
            await self.database.execute(
                "INSERT INTO follows SELECT $1, $2, way, false, now() FROM (VALUES (false), (true)) AS ways (way)",
                me.user_id,
                them.user_id,
            )
        await self.told(one, other)

    async def block(self, one: SignedIn, other: SignedIn) -> None:
        """Make `one` block the other."""
        for me, them in ((one, other), (other, one)):
            await self.database.execute(
                "INSERT INTO blocks VALUES ($1, $2, $3, now())", me.user_id, them.user_id, one.user_id
            )
        await self.told(one, other)

    async def events(self, *people: SignedIn) -> list[str]:
        """The names of the events about these members, in their order."""
        rows = await self.database.fetch("SELECT subject FROM outbox ORDER BY event_id")
        ids = [str(person.user_id) for person in people]
        return [row[0].split(".")[2] for row in rows if "-".join(sorted(ids)) == row[0].split(".")[3]]


class NewWorld(Protocol):
    """Runs the service with these settings, on a database of its own."""

    def __call__(self, **settings: Any) -> AbstractAsyncContextManager[World]: ...


@pytest.fixture(scope="module")
def new_world(
    common: dict[str, Any],
    database_of: Databases,
    identity: TestIdentity,
    redis_settings: RedisSettings,
    tmp_path_factory: pytest.TempPathFactory,
) -> NewWorld:
    """What runs the service as a test wants it."""

    @asynccontextmanager
    async def run(**settings: Any) -> AsyncIterator[World]:
        database = await database_of("svc_profile")
        mail = tmp_path_factory.mktemp("mail")
        config = Config(
            **common,
            **settings,
            database=database,
            mail=MailSettings(folder=mail),
            signing_keys_dir=identity.ring_folder,
            hashing_cost="test",
            challenges=ChallengeSettings(bits=8),
        )
        outside = await asyncpg.connect(database.dsn)
        cache = Cache(redis_settings, prefix=SHARED_PREFIX)
        await cache.start()
        async with serving(build(config)) as running:
            yield World(running.channel, outside, database, identity, mail, Generations(cache))
        await cache.stop()
        await outside.close()

    return run


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(new_world: NewWorld) -> AsyncIterator[World]:
    """The service with its defaults."""
    async with new_world() as world:
        yield world
