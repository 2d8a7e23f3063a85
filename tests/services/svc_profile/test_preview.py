"""Each field of a profile has its audience, and the member can look through the eyes of others."""

from collections.abc import Mapping
from typing import Any

import pytest_asyncio

from guild.common.v1.date_pb2 import Date
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.profile.v1 import career_pb2, user_pb2
from guild.profile.v1 import privacy_pb2 as pb
from guild.profile.v1 import profile_service_pb2 as profile
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from mesh.errors import NotFound
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World

AUDIENCES = [value for value in pb.FieldAudience.values() if value]
OF_FIELDS = [
    one.name
    for one in profile.PrivacySettings.DESCRIPTOR.fields
    if one.enum_type is not None and one.enum_type.name == "FieldAudience"
]
TEXTS: Mapping[str, Any] = {
    "headline": "h",
    "location": "l",
    "about": "a",
    "industry": "i",
    "profile_picture_url": "https://x.example/p",
}
LISTS = ("positions", "education", "skills", "languages", "certifications")
VIEWERS: Mapping[str, Any] = {
    "public": pb.PREVIEW_VIEWER_PUBLIC,
    "member": pb.PREVIEW_VIEWER_MEMBER,
    "second": pb.PREVIEW_VIEWER_SECOND_DEGREE,
    "connection": pb.PREVIEW_VIEWER_CONNECTION,
    "mutual": pb.PREVIEW_VIEWER_MUTUAL,
}
CLOSENESS = {name: place for place, name in enumerate(VIEWERS, 1)}


class People:
    """A member with something in every field, and a viewer of every closeness."""

    def __init__(self, world: World, me: SignedIn, others: Mapping[str, SignedIn]) -> None:
        self.me = me
        self.others = others
        self.channel = world.channel
        self.stub = ProfileServiceStub(world.channel)

    async def sees(self, viewer: str) -> user_pb2.User:
        """The profile as a viewer gets it."""
        metadata = () if viewer == "public" else self.others[viewer].metadata
        request = profile.GetUserRequest(user_id=str(self.me.user_id))
        return (await self.stub.GetUser(request, metadata=metadata)).user

    async def preview(self, **whose: Any) -> pb.PreviewProfileResponse:
        """The profile as its owner is told that somebody gets it."""
        return await self.stub.PreviewProfile(pb.PreviewProfileRequest(**whose), metadata=self.me.metadata)

    async def show(self, audiences: Mapping[str, Any]) -> None:
        """Set audiences."""
        settings = profile.PrivacySettings(**audiences)
        await self.stub.UpdatePrivacySettings(
            profile.UpdatePrivacySettingsRequest(settings=settings), metadata=self.me.metadata
        )


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def people(world: World) -> People:
    """Everybody is there, and nobody else."""
    me, friend, mutual, second, stranger, shared = [await world.member() for _ in range(6)]
    for one, other in ((me, friend), (me, mutual), (mutual, second), (me, shared), (mutual, shared)):
        await world.connect(one, other)
    stub = ProfileServiceStub(world.channel)
    await stub.UpdateUser(profile.UpdateUserRequest(user=user_pb2.User(**TEXTS)), metadata=me.metadata)
    position = user_pb2.Position(title="Baker", company_name="Mill", start=Date(year=2020, month=1))
    certification = user_pb2.Certification(name="Yeast", issuer="Mill")
    calls: list[tuple[Any, Any]] = [
        (stub.CreatePosition, profile.CreatePositionRequest(position=position)),
        (stub.CreateEducation, profile.CreateEducationRequest(education=user_pb2.Education(school="Oven"))),
        (stub.CreateLanguage, career_pb2.CreateLanguageRequest(language=user_pb2.Language(name="Latin"))),
        (stub.CreateCertification, career_pb2.CreateCertificationRequest(certification=certification)),
        (stub.AddSkill, profile.AddSkillRequest(name="Baking")),
    ]
    for call, request in calls:
        await call(request, metadata=me.metadata)
    await world.database.execute("UPDATE users SET phone_number = '+4912345' WHERE user_id = $1", me.user_id)
    return People(world, me, {"member": stranger, "second": second, "connection": friend, "mutual": mutual})


def shown(user: user_pb2.User) -> set[str]:
    """The fields of a profile that have something in them, by the names of their settings."""
    names = {"profile_picture_url": "picture", "phone_number": "phone"}
    return {f"{names.get(name, name)}_audience" for name in (*TEXTS, "phone_number", *LISTS) if getattr(user, name)}


async def test_each_field_is_shown_to_its_audience_and_the_preview_tells_the_same(people: People) -> None:
    """Every audience on every field, every viewer: what GetUser gives, what is previewed by name and by closeness."""
    for turn in range(len(AUDIENCES)):
        audiences = {
            setting: AUDIENCES[(place + turn) % len(AUDIENCES)]
            for place, setting in enumerate(OF_FIELDS)
            if setting != "recommendations_audience"
        }
        await people.show(audiences)
        for viewer, made_up in VIEWERS.items():
            user = await people.sees(viewer)
            assert shown(user) == {name for name, least in audiences.items() if CLOSENESS[viewer] >= least}
            preview = await people.preview(viewer=made_up)
            assert user == preview.user
            hidden = {f"{pb.ProfileField.Name(one)[14:].lower()}_audience" for one in preview.hidden}
            assert audiences.keys() - hidden == shown(user)
            if viewer != "public":
                assert preview == await people.preview(user_id=str(people.others[viewer].user_id))


async def test_a_preview_does_not_tell_that_a_viewer_is_limited(world: World, people: People) -> None:
    """What operators decided about somebody else is nothing that a member finds out."""
    await people.show({"about_audience": pb.FIELD_AUDIENCE_MEMBERS})
    limited = await world.member("limited")
    assert await people.preview(viewer=VIEWERS["member"]) == await people.preview(user_id=str(limited.user_id))


async def test_lists_show_no_more_than_the_profile_does(people: People) -> None:
    """Neither in a batch nor among somebody's connections; and who asks is told what is for them alone."""
    await people.show(
        {"headline_audience": pb.FIELD_AUDIENCE_CONNECTIONS, "picture_audience": pb.FIELD_AUDIENCE_PUBLIC}
    )
    me, mutual = str(people.me.user_id), people.others["mutual"]
    for viewer, headline in (("member", ""), ("second", ""), ("connection", "h"), ("mutual", "h")):
        metadata = people.others[viewer].metadata
        batch = await people.stub.BatchGetUsers(profile.BatchGetUsersRequest(user_ids=[me]), metadata=metadata)
        assert [headline] == [one.headline for one in batch.users]
        assert [me] == batch.for_caller_only_ids
        request = graph.ListConnectionsRequest(user_id=str(mutual.user_id))
        listed = (await ConnectionServiceStub(people.channel).ListConnections(request, metadata=metadata)).connections
        assert [headline] == [one.user.headline for one in listed if one.user.id == me]
    await people.show({"headline_audience": pb.FIELD_AUDIENCE_PUBLIC})
    batch = await people.stub.BatchGetUsers(profile.BatchGetUsersRequest(user_ids=[me]), metadata=mutual.metadata)
    assert not batch.for_caller_only_ids


async def test_hidden_skills_are_not_endorsed(world: World, people: People) -> None:
    """For who does not see a skill there is none."""
    skill_id = str(await world.skill(people.me.user_id, "Milling"))
    await people.show({"skills_audience": pb.FIELD_AUDIENCE_MUTUALS})
    found: dict[str, str] = {}
    for viewer in ("connection", "mutual"):
        request = profile.EndorseSkillRequest(user_id=str(people.me.user_id), skill_id=skill_id)
        try:
            await people.stub.EndorseSkill(request, metadata=people.others[viewer].metadata)
            found[viewer] = "endorsed"
        except NotFound as failure:
            found[viewer] = failure.reason
    assert {"connection": "SKILL_NOT_FOUND", "mutual": "endorsed"} == found


async def test_services_are_streamed_what_is_public(world: World, people: People) -> None:
    """A projection of another service cannot show what the member does not."""
    await people.show({"headline_audience": pb.FIELD_AUDIENCE_MEMBERS, "location_audience": pb.FIELD_AUDIENCE_PUBLIC})
    stream = people.stub.StreamProfiles(
        profile.StreamProfilesRequest(), metadata=world.identity.service_metadata("feed")
    )
    found = [user async for page in stream for user in page.users if user.id == str(people.me.user_id)]
    assert [("", "l")] == [(user.headline, user.location) for user in found]
