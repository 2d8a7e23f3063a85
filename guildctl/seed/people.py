"""Everybody registers, or signs in."""

from collections.abc import Sequence

from google.protobuf.field_mask_pb2 import FieldMask

from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.user_pb2 import User
from guildctl.seed.member import Member
from guildctl.seed.run import Run

_AT_ONCE = 8
"""Passwords are hashed on all processors; more at once would only wait."""


async def gather(run: Run) -> None:
    """Sign everybody in; a network that is there already is told by the person who came before."""
    expect_account = False

    async def join(number: int) -> None:
        nonlocal expect_account
        member = Member(run.plan.world.people[number], run.network.auth, run.calls)
        await member.join(expect_account=expect_account)
        expect_account = not member.new
        run.members[number], run.ids[number] = member, member.id
        phase.count(made=member.new)

    first, *others = range(len(run.plan.world.people))
    with run.show.phase("people", len(run.plan.world.people)) as phase:
        await join(first)
        await run.each(others, join, _AT_ONCE)


async def sign_in(run: Run, some: Sequence[int]) -> None:
    """Log some of the people in, who are members."""

    async def log_in(number: int) -> None:
        member = Member(run.plan.world.people[number], run.network.auth, run.calls)
        await member.log_in()
        run.members[number] = member
        phase.count(made=False)

    with run.show.phase("audit: sign in", len(some)) as phase:
        await run.each(some, log_in, _AT_ONCE)


async def introduce(run: Run) -> None:
    """Everybody writes down what they do, where."""

    async def update(member: Member) -> None:
        person = member.person
        differs = (member.user.headline, member.user.location) != (person.headline, person.location)
        if differs:
            request = pb.UpdateUserRequest(
                user=User(headline=person.headline, location=person.location),
                update_mask=FieldMask(paths=["headline", "location"]),
            )
            await run.calls(run.network.profiles.UpdateUser, request, member)
        phase.count(made=differs)

    with run.show.phase("headlines", len(run.members)) as phase:
        await run.each(run.members.values(), update)
