"""A network is written into the databases, and read through the public gRPC port."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from typer.testing import CliRunner

from guild.auth.v1 import auth_service_pb2 as auth
from guild.feed.v1 import feed_service_pb2 as feeds
from guild.jobs.v1 import job_service_pb2 as jobs
from guild.messaging.v1 import messaging_service_pb2 as messaging
from guild.profile.v1 import profile_service_pb2 as profile
from guildctl.__main__ import build
from guildctl.console import Problem
from guildctl.seed.audit.check import Check
from guildctl.seed.bulk.records import Records
from guildctl.seed.bulk.story import tell_at_once
from guildctl.seed.bulk.write import Bulk, Refused
from guildctl.seed.caller import Calls
from guildctl.seed.careers import career
from guildctl.seed.network import Network
from guildctl.seed.people import sign_in
from guildctl.seed.planning import plan
from guildctl.seed.progress import Show
from guildctl.seed.run import Run
from guildctl.seed.worlds import invent

Dsn = Callable[[str], str]
NOTHING: list[str] = []


def differences(checks: list[Check]) -> list[str]:
    return [line for check in checks for line in check.differences]


@pytest.fixture(scope="module")
def dsn(mesh: Any) -> Dsn:
    return mesh.databases.__getitem__


async def test_what_is_written_is_what_members_see(mesh: Any, dsn: Dsn) -> None:
    """Every count is right, and so is all that forty members see; they go on from there; a second network waits."""
    run, checks = await tell_at_once(300, 42, Show(Calls()), mesh.grpc, dsn)
    planned = run.plan

    assert NOTHING == differences(checks)
    assert ["profile", "feed", "messaging", "jobs"] == [check.name for check in checks[:4]]
    assert 40 == len(run.members)

    async with Network(mesh.grpc) as network:
        again = Run(planned, network, Show(Calls()), {}, run.ids)
        talk = planned.conversations[0]
        reader = max(range(300), key=lambda number: len(planned.feed(number)))
        await sign_in(again, [*talk.pair, reader])
        feed = await again.ask(reader, network.feeds.GetFeed, feeds.GetFeedRequest(limit=20))
        assert 20 == len(feed.items)

        me = (await again.ask(reader, network.profiles.GetMe, profile.GetMeRequest())).user
        told = career(planned.world.people[reader])
        assert (told.title, told.school) == (me.positions[0].title, me.education[0].school)
        assert sorted(told.skills) == sorted(skill.name for skill in me.skills)

        found = await again.ask(reader, network.jobs.SearchJobs, jobs.SearchJobsRequest(q=planned.jobs[0].title))
        assert planned.jobs[0].title in {job.title for job in found.jobs}

        one, other = talk.pair
        request = messaging.SendMessageRequest(to=run.ids[other], client_message_id="next", content="And now?")
        sent = (await again.ask(one, network.messaging.SendMessage, request)).message
        assert (run.conversations[0], len(talk.messages) + 1) == (sent.conversation_id, sent.sequence)

    for people, told in ((300, "n300-s42 is there already"), (30, "there are members already")):
        with pytest.raises(Refused, match=told):
            await tell_at_once(people, 42, Show(Calls()), mesh.grpc, dsn)


async def test_a_network_may_join_those_who_are_there(mesh: Any, dsn: Dsn) -> None:
    """When it is told so; then each is audited apart from the other."""
    run, checks = await tell_at_once(30, 7, Show(Calls()), mesh.grpc, dsn, add=True)

    assert NOTHING == differences(checks)
    assert set(range(30)) == run.members.keys()


async def guild(mesh: Any, *command: str) -> tuple[int, list[str], BaseException | None]:
    """A command of an operator: its exit code, what it said, and what it raised."""
    environment = {"GUILD_AUTH_ADMIN_TOKEN": mesh.admin_token}
    ended = await asyncio.to_thread(CliRunner().invoke, build(), [*command, "--grpc", mesh.grpc], env=environment)
    return ended.exit_code, ended.output.splitlines(), ended.exception


async def test_an_operator_makes_canaries(mesh: Any, dsn: Dsn) -> None:
    """`guild canary` marks who has no connections, lists them, and lets them be members again."""
    async with Network(mesh.grpc) as network:
        request = auth.RegisterRequest(email="nobody@example.com", password="sings in the mine", name="Cana Ry")
        alone = (await network.auth.Register(request)).user.id
    session = await asyncpg.connect(dsn("guild_profile"))
    connected = await session.fetchval("SELECT user_id FROM connections WHERE status = 'accepted' LIMIT 1")
    await session.close()

    _, _, refused = await guild(mesh, "canary", "mark", str(connected))
    marked = await guild(mesh, "canary", "mark", alone)
    listed = await guild(mesh, "canary", "list")
    ended, nothing = await guild(mesh, "canary", "unmark", alone), await guild(mesh, "canary", "list")

    assert isinstance(refused, Problem)
    assert "has connections" in str(refused)
    assert (0, True) == (marked[0], marked[1][-1].startswith(f"{alone} is a canary of "))
    assert (0, marked[1][-1]) == (listed[0], listed[1][-1])
    assert (0, f"{alone} is no canary") == (ended[0], ended[1][-1])
    assert (0, False) == (nothing[0], marked[1][-1] in nothing[1])


async def test_an_operator_sees_who_consumes_events(mesh: Any) -> None:
    """`guild events` lists consumers; where nothing was given up there is nothing to give back."""
    consumers, dead = await guild(mesh, "events", "consumers"), await guild(mesh, "events", "dead")
    none = await guild(mesh, "events", "replay", "--all")
    refused = [(await guild(mesh, "events", *said))[2] for said in (["replay"], ["discard", "1"])]
    assert any("POSTS" in line and "feed-worker" in line for line in consumers[1])
    assert not [line for line in dead[1] if line[:1].isdigit() and "  " in line[:8]]
    assert (0, "0 given back") == (none[0], none[1][-1])
    assert all(isinstance(one, Problem) for one in refused)
    assert "DEAD_LETTER_NOT_FOUND" in str(refused[1])


async def test_an_operator_sees_whether_the_graph_agrees(mesh: Any, dsn: Dsn) -> None:
    """`guild audit graph` goes through all members by pages, and its exit code tells what it found."""

    async def ask(*further: str) -> tuple[int, list[str], BaseException | None]:
        return await guild(mesh, "audit", "graph", "--page-size", "100", *further)

    session = await asyncpg.connect(dsn("guild_profile"))
    row = "SELECT user_id, connected_user_id FROM connections WHERE status = 'accepted' LIMIT 1"
    change = "UPDATE connections SET note = $3 WHERE user_id = $1 AND connected_user_id = $2"
    members, (one, other) = await session.fetchval("SELECT count(*) FROM users"), await session.fetchrow(row)
    sound = await ask()
    await session.execute(change, one, other, "another")
    damaged, elsewhere = await ask(), await ask("--from", str(UUID(int=2**128 - 1)))
    await session.execute(change, one, other, "")
    await session.close()
    _, _, refused = await ask("--from", "nobody")

    assert (0, f"{members:,} members") == (sound[0], sound[1][-1].partition(", ")[0])
    assert (1, True) == (damaged[0], f"mirror differs, connection: of {one} with {other} (note)" in damaged[1])
    assert (0, "0 members") == (elsewhere[0], elsewhere[1][-1].partition(", ")[0])
    assert isinstance(refused, Problem)
    assert "from_user_id" in str(refused)


async def test_the_audit_sees_what_is_damaged(mesh: Any, dsn: Dsn) -> None:
    """A lost direction, a wrong count, a lost message are differences by their names."""
    few = plan(invent(40, 8), within_limits=False)
    records = Records(few, "no hash", datetime.now(UTC))
    people, like = records.people, few.likes[0]

    async def lose(database: str, deletion: str, *values: object) -> None:
        session = await asyncpg.connect(dsn(database))
        assert "DELETE 1" == await session.execute(deletion, *values)
        await session.close()

    async with Bulk(dsn, Show(Calls())) as bulk:
        await bulk.write(records)
        assert NOTHING == differences(await bulk.check(few))
        one, other = (people[who] for who in next(few.world.graph.edges))
        await lose("guild_profile", "DELETE FROM connections WHERE user_id = $1 AND connected_user_id = $2", one, other)
        post, member = records.posts[like.post], people[like.member]
        await lose("guild_feed", "DELETE FROM engagement WHERE post_id = $1 AND user_id = $2", post, member)
        talk = records.conversations[0]
        await lose("guild_messaging", "DELETE FROM messages WHERE conversation_id = $1 AND sequence = 1", talk)
        told = differences(await bulk.check(few))

    edges, messages = 2 * len(few.world.graph), sum(len(talk.messages) for talk in few.conversations)
    assert {
        f"guild_profile has {edges - 1:,} directions of friendships, and {edges:,} are expected",
        "guild_profile has 1 connections without their mirror image, and 0 are expected",
        f"guild_feed has {len(few.likes) - 1:,} likes, and {len(few.likes):,} are expected",
        "guild_feed has 1 posts that count other likes or comments than they have, and 0 are expected",
        f"guild_messaging has {messages - 1:,} messages, and {messages:,} are expected",
        "guild_messaging has 1 conversations that count other messages than they have, and 0 are expected",
    } <= set(told)
