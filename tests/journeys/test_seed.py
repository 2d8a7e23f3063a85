"""A small network is made through the public gRPC port, twice, then damaged."""

from dataclasses import replace
from typing import Any

from guild.feed.v1 import post_service_pb2 as posts
from guild.graph.v1 import connection_service_pb2 as graph
from guild.profile.v1 import profile_service_pb2 as profile
from guildctl.seed.audit.all import audit
from guildctl.seed.audit.check import Check
from guildctl.seed.caller import Calls
from guildctl.seed.careers import career
from guildctl.seed.friendships import connections_of
from guildctl.seed.network import Network
from guildctl.seed.people import gather
from guildctl.seed.planning import plan
from guildctl.seed.progress import Show
from guildctl.seed.run import Run
from guildctl.seed.story import make
from guildctl.seed.worlds import invent

NOTHING: list[str] = []


def made(show: Show) -> dict[str, int]:
    return {phase.name: phase.made for phase in show.phases if not phase.name.startswith("audit")}


def differences(checks: list[Check]) -> list[str]:
    return [line for check in checks for line in check.differences]


async def test_a_network_is_made_once_and_audited(mesh: Any) -> None:
    """A first run makes everything, a second one nothing, and the audit sees what is lost afterwards."""
    people = plan(invent(24, 42))
    async with Network(mesh.grpc) as network:
        first = Run(people, network, Show(Calls()))
        await make(first)
        assert NOTHING == differences(await audit(first))
        expected = {"people": 24, "friendships": len(people.requests), "posts": len(people.posts)}
        expected |= {"likes": len(people.likes), "comments": len(people.comments), "jobs": len(people.jobs)}
        expected |= {"careers": 24}
        assert expected.items() <= made(first.show).items()
        me = (await first.ask(0, network.profiles.GetMe, profile.GetMeRequest())).user
        told = career(people.world.people[0])
        assert (told.company, told.school) == (me.positions[0].company_name, me.education[0].school)
        assert sorted(told.skills) == sorted(skill.name for skill in me.skills)

        second = Run(people, network, Show(Calls()))
        await make(second)
        assert 0 == sum(made(second.show).values())
        assert first.posts == second.posts
        assert NOTHING == differences(await audit(second))

        asker, asked = people.requests[0]
        removal = graph.RemoveConnectionRequest(user_id=second.ids[asked])
        await second.ask(asker, network.connections.RemoveConnection, removal, "removal")
        lost = next(post for post in people.posts if post.author not in {asker, asked})
        deletion = posts.DeletePostRequest(post_id=second.posts[lost.number])
        await second.ask(lost.author, network.posts.DeletePost, deletion)
        told = differences(await audit(second, settle=0.5))
        assert {
            f"{asker} is not connected to {asked}",
            f"{asked} is not connected to {asker}",
            f"the feed of {lost.author} lacks post {lost.number}",
            f"post {lost.number} is not among the posts of {lost.author}",
        } <= set(told)


async def test_a_run_that_was_interrupted_goes_on(mesh: Any) -> None:
    """Half of the people are there and one has asked another, who has not answered: the next run makes the rest."""
    people = plan(invent(12, 7))
    half = replace(people.world, people=people.world.people[:6])
    asker, asked = next(pair for pair in people.requests if max(pair) < 6)
    async with Network(mesh.grpc) as network:
        stopped = Run(replace(people, world=half), network, Show(Calls()))
        await gather(stopped)
        request = graph.RequestConnectionRequest(user_id=stopped.ids[asked])
        await stopped.ask(asker, network.connections.RequestConnection, request)

        run = Run(people, network, Show(Calls()))
        await make(run)

        told = made(run.show)
        assert (6, len(people.requests)) == (told["people"], told["friendships"])
        assert NOTHING == differences(await audit(run))


async def test_a_session_that_ends_is_opened_again(mesh: Any) -> None:
    """By the refresh token when the access token is old or refused, by the password when that one is spent too."""
    async with Network(mesh.grpc) as network:
        run = Run(plan(invent(1, 42)), network, Show(Calls()))
        await gather(run)
        member = run.members[0]
        seen = [await member.authorization()]

        member._expires_at = 0.0
        assert NOTHING == await connections_of(run, 0)
        seen.append(await member.authorization())
        member._access, member._refresh = "no token", "no token"
        assert NOTHING == await connections_of(run, 0)
        seen.append(await member.authorization())

    assert 3 == len(set(seen))
