"""What members show to whom, as they set it."""

from typing import Any

import pytest

from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.profile.v1 import privacy_pb2 as privacy
from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import USER_VISIBILITY_FULL, USER_VISIBILITY_REDUCED, User
from mesh.errors import Aborted, InvalidArgument, NotFound, PermissionDenied
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World


async def settings_of(world: World, me: SignedIn) -> pb.PrivacySettings:
    stub = ProfileServiceStub(world.channel)
    return (await stub.GetPrivacySettings(pb.GetPrivacySettingsRequest(), metadata=me.metadata)).settings


async def set_to(
    world: World, me: SignedIn, etag: str = "", paths: tuple[str, ...] = (), **settings: Any
) -> pb.PrivacySettings:
    request = pb.UpdatePrivacySettingsRequest(settings=pb.PrivacySettings(**settings), etag=etag)
    request.update_mask.paths.extend(paths)
    reply = await ProfileServiceStub(world.channel).UpdatePrivacySettings(request, metadata=me.metadata)
    return reply.settings


async def seen(world: World, viewer: SignedIn, whom: SignedIn) -> User:
    request = pb.GetUserRequest(user_id=str(whom.user_id))
    return (await ProfileServiceStub(world.channel).GetUser(request, metadata=viewer.metadata)).user


async def test_new_members_have_the_defaults(world: World) -> None:
    """All of them are told, not only those that were set."""
    told = await settings_of(world, await world.member())
    assert {field.name for field in pb.PrivacySettings.DESCRIPTOR.fields} == {
        field.name for field, _ in told.ListFields()
    }
    assert privacy.FIELD_AUDIENCE_PUBLIC == told.headline_audience
    assert privacy.FIELD_AUDIENCE_ONLY_ME == told.phone_audience
    assert (pb.AUDIENCE_ONLY_ME, pb.AUDIENCE_CONNECTIONS) == (told.email_audience, told.message_audience)


@pytest.mark.parametrize(
    ("audience", "stranger", "friend"),
    [
        (pb.AUDIENCE_EVERYONE, USER_VISIBILITY_FULL, USER_VISIBILITY_FULL),
        (pb.AUDIENCE_CONNECTIONS, USER_VISIBILITY_REDUCED, USER_VISIBILITY_FULL),
        (pb.AUDIENCE_ONLY_ME, USER_VISIBILITY_REDUCED, USER_VISIBILITY_REDUCED),
    ],
)
async def test_a_profile_is_reduced_for_who_is_not_of_its_audience(
    world: World, audience: pb.Audience, stranger: int, friend: int
) -> None:
    """A reduced profile has no text about the member; the owner sees all of it."""
    ann, bob, eve = [await world.member() for _ in range(3)]
    await world.connect(ann, bob)
    await world.database.execute("UPDATE users SET about = 'secret' WHERE user_id = $1", ann.user_id)
    await set_to(world, ann, profile_audience=audience)
    views = [await seen(world, viewer, ann) for viewer in (ann, bob, eve)]
    assert [USER_VISIBILITY_FULL, friend, stranger] == [view.visibility for view in views]
    assert [view.visibility == USER_VISIBILITY_FULL for view in views] == [view.about == "secret" for view in views]


async def test_a_limited_member_sees_reduced_profiles(world: World) -> None:
    """Their own excepted."""
    limited, ann = await world.member("limited"), await world.member()
    visibilities = [(await seen(world, limited, whom)).visibility for whom in (limited, ann)]
    assert [USER_VISIBILITY_FULL, USER_VISIBILITY_REDUCED] == visibilities


async def test_the_address_is_shown_to_its_audience(world: World) -> None:
    """To nobody else at first."""
    ann, bob, eve = [await world.member() for _ in range(3)]
    await world.connect(ann, bob)
    assert [True, False, False] == [bool((await seen(world, one, ann)).email) for one in (ann, bob, eve)]
    await set_to(world, ann, email_audience=pb.AUDIENCE_CONNECTIONS)
    assert [True, True, False] == [bool((await seen(world, one, ann)).email) for one in (ann, bob, eve)]


async def test_hidden_connections_are_listed_to_their_audience(world: World) -> None:
    """Others are told that they are hidden, and not whom they share."""
    ann, bob, eve = [await world.member() for _ in range(3)]
    await world.connect(ann, bob)
    await world.connect(eve, bob)
    await set_to(world, ann, connections_audience=pb.AUDIENCE_CONNECTIONS)
    stub, request = ConnectionServiceStub(world.channel), graph.ListConnectionsRequest(user_id=str(ann.user_id))
    assert 1 == (await stub.ListConnections(request, metadata=bob.metadata)).total_size
    with pytest.raises(PermissionDenied) as caught:
        await stub.ListConnections(request, metadata=eve.metadata)
    assert "CONNECTIONS_HIDDEN" == caught.value.reason
    mutual = graph.ListMutualConnectionsRequest(user_id=str(ann.user_id))
    assert 0 == (await stub.ListMutualConnections(mutual, metadata=eve.metadata)).total_size


async def test_an_update_writes_what_it_names(world: World) -> None:
    """The rest stays; a setting has a value always, so none can be cleared."""
    ann = await world.member()
    changed = await set_to(world, ann, viewer_mode=pb.VIEWER_MODE_ANONYMOUS, discoverable=False)
    assert (pb.VIEWER_MODE_ANONYMOUS, False, pb.AUDIENCE_EVERYONE) == (
        changed.viewer_mode,
        changed.discoverable,
        changed.profile_audience,
    )
    for paths in (("profile_audience",), ("nonsense",), ("etag",)):
        with pytest.raises(InvalidArgument) as caught:
            await set_to(world, ann, paths=paths)
        assert "FIELD_NOT_UPDATABLE" == caught.value.reason
    assert changed == await settings_of(world, ann)


async def test_an_update_that_changes_nothing_tells_nobody(world: World) -> None:
    """Neither of a profile nor of its settings: no event, no later time, the same etag."""
    ann = await world.member()
    stub = ProfileServiceStub(world.channel)
    update = pb.UpdateUserRequest(user=User(headline="Engineer", name=" Some One "))
    first = (await stub.UpdateUser(update, metadata=ann.metadata)).user
    await set_to(world, ann, discoverable=False)
    told = await world.events(ann)
    assert ["user_updated", "user_updated"] == told
    assert first == (await stub.UpdateUser(update, metadata=ann.metadata)).user
    assert (await settings_of(world, ann)) == await set_to(world, ann, discoverable=False)
    assert told == await world.events(ann)


async def test_nobody_is_left_to_answer_when_the_account_is_gone(world: World) -> None:
    """A token outlives its account by minutes: it is told as what may be missing from any method."""
    gone, stub = world.identity.sign_in(), ProfileServiceStub(world.channel)
    for call in (
        stub.GetMe(pb.GetMeRequest(), metadata=gone.metadata),
        settings_of(world, gone),
        set_to(world, gone, discoverable=False),
    ):
        with pytest.raises(NotFound) as caught:
            await call
        assert "NOT_FOUND" == caught.value.reason


async def test_who_read_an_older_state_changes_nothing(world: World) -> None:
    """The etag of the answer is the one to send with the next change."""
    ann = await world.member()
    stub = ProfileServiceStub(world.channel)
    read = (await stub.GetMe(pb.GetMeRequest(), metadata=ann.metadata)).user
    once = pb.UpdateUserRequest(user=User(headline="one"), etag=read.etag)
    after = (await stub.UpdateUser(once, metadata=ann.metadata)).user
    assert after.etag == (await stub.GetMe(pb.GetMeRequest(), metadata=ann.metadata)).user.etag != read.etag
    for late in (
        stub.UpdateUser(pb.UpdateUserRequest(user=User(headline="two"), etag=read.etag), metadata=ann.metadata),
        set_to(world, ann, etag="another", discoverable=False),
    ):
        with pytest.raises(Aborted) as caught:
            await late
        assert "ETAG_MISMATCH" == caught.value.reason


@pytest.mark.parametrize("limited", [False, True])
async def test_mutual_connections_are_no_way_around_a_reduced_profile(world: World, limited: bool) -> None:
    """Who is not shown somebody's connections is not told which of them they share, nor how far they are by them."""
    me, ann, shared = [await world.member("limited" if limited and not number else "none") for number in range(3)]
    for one in (me, ann):
        await world.connect(one, shared)
    if not limited:
        await set_to(world, ann, profile_audience=pb.AUDIENCE_CONNECTIONS)
    stub, ann_id = ConnectionServiceStub(world.channel), str(ann.user_id)
    with pytest.raises(PermissionDenied):
        await stub.ListConnections(graph.ListConnectionsRequest(user_id=ann_id), metadata=me.metadata)
    request = graph.ListMutualConnectionsRequest(user_id=ann_id)
    assert not (await stub.ListMutualConnections(request, metadata=me.metadata)).users
