"""How long names are kept."""

from collections.abc import Callable
from typing import Any

import pytest

from guild.common.v1.person_pb2 import Person
from guild.profile.v1 import profile_service_pb2 as pb
from mesh.errors import Unavailable
from mesh.ids import UserId, uuid7
from svc_feed.peers.authors import Authors


class Profiles:
    """A channel to a profile service that gives everybody the same name, while it is there."""

    def __init__(self) -> None:
        self.name = "Before"
        self.there = True
        self.asked: list[int] = []
        self.shows_to_some = False

    def unary_unary(self, *_: Any, **__: Any) -> Callable[[Any], Any]:
        async def call(request: pb.BatchGetUsersRequest) -> pb.BatchGetUsersResponse:
            if not self.there:
                raise Unavailable("away")
            self.asked.append(len(request.user_ids))
            people = [Person(id=one, name=self.name) for one in request.user_ids]
            return pb.BatchGetUsersResponse(
                users=people, for_caller_only_ids=request.user_ids if self.shows_to_some else ()
            )

        return call

    unary_stream = stream_unary = stream_stream = unary_unary


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("later", "expected"), [(59.9, "Before"), (60.0, "After")])
async def test_a_name_is_kept_for_a_minute(later: float, expected: str) -> None:
    """From when it was asked for; whoever is kept is not asked for again beside somebody who is not."""
    profiles, clock = Profiles(), Clock()
    bus: Any = None
    authors = Authors(profiles, bus, timer=clock)
    me, one, other = (UserId(uuid7()) for _ in range(3))
    await authors(me, [one])
    profiles.name = "After"
    clock.now += later
    found, complete = await authors(me, [one, other])

    assert (expected, "After", True) == (found[one].name, found[other].name, complete)
    assert [1, 1 if expected == "Before" else 2] == profiles.asked


async def test_who_is_kept_is_shown_while_the_profiles_are_away() -> None:
    """The others without a name, and the answer says so."""
    profiles = Profiles()
    bus: Any = None
    authors = Authors(profiles, bus)
    me, one, other = (UserId(uuid7()) for _ in range(3))
    await authors(me, [one])
    profiles.there = False
    alone, both = await authors(me, [one]), await authors(me, [one, other])

    assert ("Before", True) == (alone.found[one].name, alone.complete)
    assert ("Before", "", False) == (both.found[one].name, both.found[other].name, both.complete)


async def test_what_an_author_shows_to_some_only_is_not_kept() -> None:
    """The next viewer may be another: they are asked for again."""
    profiles = Profiles()
    profiles.shows_to_some = True
    bus: Any = None
    authors = Authors(profiles, bus)
    me, other, author = (UserId(uuid7()) for _ in range(3))
    mine = await authors(me, [author])
    profiles.name = "Less"
    theirs = await authors(other, [author])

    assert ["Before", "Less"] == [mine.found[author].name, theirs.found[author].name]
