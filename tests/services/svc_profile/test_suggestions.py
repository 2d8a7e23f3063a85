"""People a member may know, over the wire."""

from typing import Any

import pytest

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.profile.v1 import privacy_pb2 as audiences
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import Position
from mesh.errors import InvalidArgument
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World


async def suggested(world: World, me: SignedIn, size: int = 0) -> list[pb.Suggestion]:
    """All suggestions, page by page."""
    stub, found, token = ConnectionServiceStub(world.channel), list[pb.Suggestion](), ""
    while True:
        request = pb.ListSuggestionsRequest(page_size=size, page_token=token)
        page = await stub.ListSuggestions(request, metadata=me.metadata)
        found += page.suggestions
        token = page.next_page_token
        if not token:
            return found


async def ids(world: World, me: SignedIn) -> set[str]:
    return {one.user.id for one in await suggested(world, me)}


async def works_at(world: World, me: SignedIn, company: str, year: int) -> None:
    position = Position(title="Engineer", company_name=company)
    position.start.year = year
    position.end.year = year + 1
    request = profiles.CreatePositionRequest(position=position)
    await ProfileServiceStub(world.channel).CreatePosition(request, metadata=me.metadata)


async def set_to(world: World, me: SignedIn, **settings: Any) -> None:
    request = profiles.UpdatePrivacySettingsRequest(settings=profiles.PrivacySettings(**settings))
    await ProfileServiceStub(world.channel).UpdatePrivacySettings(request, metadata=me.metadata)


async def test_friends_of_friends_come_with_how_many_are_shared(world: World) -> None:
    """Each once over all pages; who is connected, dismissed, asked or blocked does not."""
    me, ann, bob, *others = [await world.member() for _ in range(8)]
    for friend in (ann, bob):
        await world.connect(me, friend)
        await world.connect(friend, others[0])
    for other in others[1:]:
        await world.connect(ann, other)
    found = await suggested(world, me, size=2)
    assert sorted(str(one.user_id) for one in others) == sorted(one.user.id for one in found)
    best = next(one for one in found if one.user.id == str(others[0].user_id))
    assert (2, pb.SUGGESTION_REASON_MUTUAL_CONNECTIONS, "2 mutual connections") == (
        best.mutual_count,
        best.reason,
        best.detail,
    )
    assert (2, "Some One") == (best.reasons[0].count, best.reasons[0].name)
    stub = ConnectionServiceStub(world.channel)
    for _ in range(2):
        await stub.DismissSuggestion(pb.DismissSuggestionRequest(user_id=str(others[0].user_id)), metadata=me.metadata)
    asking = pb.RequestConnectionRequest(user_id=str(others[1].user_id))
    await stub.RequestConnection(asking, metadata=me.metadata)
    await world.block(others[2], me)
    await world.connect(me, others[3])
    assert {str(others[4].user_id)} == await ids(world, me)


async def test_nobody_is_suggested_by_what_they_hide(world: World) -> None:
    """Neither who hides their connections, nor whom a friend's hidden list would tell of."""
    me, open_, closed, hidden, secret, lost = [await world.member() for _ in range(6)]
    await world.connect(me, open_)
    await world.connect(me, closed)
    for friend, other in ((open_, hidden), (closed, secret), (open_, lost)):
        await world.connect(friend, other)
    assert {str(one.user_id) for one in (hidden, secret, lost)} == await ids(world, me)
    await set_to(world, hidden, connections_audience=profiles.AUDIENCE_ONLY_ME)
    await set_to(world, closed, connections_audience=profiles.AUDIENCE_ONLY_ME)
    await set_to(world, lost, discoverable=False)
    assert set() == await ids(world, me)


async def test_colleagues_of_the_same_time_are_suggested(world: World) -> None:
    """Those of other years are not, nor those who hide where they work."""
    me, colleague, earlier, shy = [await world.member() for _ in range(4)]
    company = f"Company {me.user_id}"
    for one, year in ((me, 2015), (colleague, 2016), (earlier, 2010), (shy, 2015)):
        await works_at(world, one, company, year)
    await set_to(world, shy, positions_audience=audiences.FIELD_AUDIENCE_CONNECTIONS)
    [found] = await suggested(world, me)
    assert (str(colleague.user_id), 0, pb.SUGGESTION_REASON_SAME_COMPANY, company) == (
        found.user.id,
        found.mutual_count,
        found.reason,
        found.detail,
    )


async def test_nobody_dismisses_themselves(world: World) -> None:
    """They are not suggested."""
    me = await world.member()
    with pytest.raises(InvalidArgument):
        await ConnectionServiceStub(world.channel).DismissSuggestion(
            pb.DismissSuggestionRequest(user_id=str(me.user_id)), metadata=me.metadata
        )


async def test_limited_members_are_suggested_nobody(world: World) -> None:
    """A reason would tell them of a company or a connection that profiles do not show them."""
    me, friend, other, fellow = [await world.member() for _ in range(4)]
    for one in (me, other):
        await world.connect(friend, one)
    for one in (me, fellow):
        await works_at(world, one, "Limited Works", 2019)
    assert {str(other.user_id), str(fellow.user_id)} == await ids(world, me)
    await world.database.execute(
        "UPDATE users SET limited_until = now() + interval '1 day' WHERE user_id = $1", me.user_id
    )
    await world.told(me)
    assert set() == await ids(world, me)
