"""Positions, education, languages, certifications: written by their member, shown with the profile."""

import asyncio
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from guild.common.v1.date_pb2 import Date
from guild.profile.v1 import career_pb2, user_pb2
from guild.profile.v1 import profile_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import Certification, Education, Language, Position, User
from mesh.errors import Aborted, AlreadyExists, FailedPrecondition, Failure, InvalidArgument, NotFound
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World

DRAFTS: dict[str, Any] = {
    "position": Position(title="Engineer", company_name="Acme", start=Date(year=2020, month=3)),
    "education": Education(school="Uni"),
    "language": Language(name="Français", proficiency=user_pb2.PROFICIENCY_NATIVE),
    "certification": Certification(name="Welding II", issuer="Guild of Welders", end=Date(year=2030)),
}
LINKS = ("company_id", "occupation_id")
LISTS = {"position": "positions", "education": "education", "language": "languages", "certification": "certifications"}


def request(verb: str, kind: str, **fields: Any) -> Any:
    name = f"{verb}{kind.capitalize()}Request"
    return getattr(pb if kind in {"position", "education"} else career_pb2, name)(**fields)


async def call(world: World, me: SignedIn, verb: str, kind: str, **fields: Any) -> Any:
    method = getattr(ProfileServiceStub(world.channel), f"{verb}{kind.capitalize()}")
    return await method(request(verb, kind, **fields), metadata=me.metadata)


async def create(world: World, me: SignedIn, kind: str, draft: Any = None) -> Any:
    return getattr(await call(world, me, "Create", kind, **{kind: draft or DRAFTS[kind]}), kind)


async def update(world: World, me: SignedIn, kind: str, part: Any, *paths: str, etag: str = "") -> Any:
    mask = FieldMask(paths=paths)
    return getattr(await call(world, me, "Update", kind, **{kind: part, "update_mask": mask, "etag": etag}), kind)


async def own(world: World, me: SignedIn) -> User:
    return (await ProfileServiceStub(world.channel).GetMe(pb.GetMeRequest(), metadata=me.metadata)).user


async def seen(world: World, viewer: SignedIn, whom: SignedIn) -> User:
    asked = pb.GetUserRequest(user_id=str(whom.user_id))
    return (await ProfileServiceStub(world.channel).GetUser(asked, metadata=viewer.metadata)).user


async def refused(reason: str, what: Any) -> Failure:
    with pytest.raises(Failure) as caught:
        await what
    assert reason == caught.value.reason
    return caught.value


@pytest.mark.parametrize("kind", DRAFTS)
async def test_an_entry_is_on_the_profile_as_it_was_written(world: World, kind: str) -> None:
    """In the own profile and for others, with the etag of the answer; the profile's etag is another one."""
    me, other = await world.member(), await world.member()
    before = await own(world, me)
    made = await create(world, me, kind)
    expected = type(made)()
    expected.CopyFrom(DRAFTS[kind])
    expected.id, expected.etag = made.id, made.etag
    for field in made.DESCRIPTOR.fields:  # texts have a value always
        text = field.type == field.TYPE_STRING and field.has_presence and field.name not in LINKS
        if text and not expected.HasField(field.name):
            setattr(expected, field.name, "")
    assert expected == made
    after = await own(world, me)
    assert [made] == list(getattr(after, LISTS[kind])) == list(getattr(await seen(world, other, me), LISTS[kind]))
    assert before.etag != after.etag
    assert before.updated_at.ToDatetime() < after.updated_at.ToDatetime()
    assert ["user_updated"] == await world.events(me)


@pytest.mark.parametrize("kind", DRAFTS)
async def test_an_entry_is_removed_once(world: World, kind: str) -> None:
    """Then it is not found, as that of somebody else is."""
    me, other = await world.member(), await world.member()
    made = await create(world, me, kind)
    missing = f"{kind.upper()}_NOT_FOUND"
    await refused(missing, call(world, other, "Delete", kind, **{f"{kind}_id": made.id}))
    await refused(missing, update(world, other, kind, made))
    await call(world, me, "Delete", kind, **{f"{kind}_id": made.id})
    failure = await refused(missing, call(world, me, "Delete", kind, **{f"{kind}_id": made.id}))
    assert {f"{kind}Id": made.id} == failure.metadata
    assert [] == list(getattr(await own(world, me), LISTS[kind]))


async def test_who_reads_their_own_profile_is_told_how_complete_it_is(world: World) -> None:
    """Nobody else is."""
    me, other = await world.member(), await world.member()
    assert 0 == (await own(world, me)).completeness.percent
    await create(world, me, "position")
    told = (await own(world, me)).completeness
    assert (15, user_pb2.PROFILE_SECTION_ABOUT) == (told.percent, told.missing[0])
    assert not (await seen(world, other, me)).HasField("completeness")


async def test_a_summary_and_a_reduced_profile_have_no_parts(world: World) -> None:
    """They are no public fields."""
    me, other = await world.member(), await world.member()
    await create(world, me, "position")
    await world.database.execute("UPDATE users SET profile_audience = 'only_me' WHERE user_id = $1", me.user_id)
    assert [] == list((await seen(world, other, me)).positions)


async def test_positions_come_newest_first(world: World) -> None:
    """Held ones before those that ended, whatever the order in which they were written."""
    me = await world.member()
    for title, start, end in (("a", 2010, 2015), ("d", 2012, None), ("b", 2011, 2015), ("c", 2001, 2016)):
        draft = Position(title=title, company_name="x", start=Date(year=start), end=end and Date(year=end))
        await create(world, me, "position", draft)
    assert "dcba" == "".join(position.title for position in (await own(world, me)).positions)


async def test_languages_come_best_first(world: World) -> None:
    """Then by name; one has to say no proficiency."""
    me = await world.member()
    for name, level in (("Zulu", 5), ("Danish", 0), ("Basque", 5), ("Italian", 2)):
        await create(world, me, "language", Language(name=name, proficiency=level or None))
    assert ["Basque", "Zulu", "Italian", "Danish"] == [one.name for one in (await own(world, me)).languages]


async def test_a_language_is_listed_once(world: World) -> None:
    """Case and accents make no other language; renaming to another's name is refused, to one's own is not."""
    me = await world.member()
    french = await create(world, me, "language")
    german = await create(world, me, "language", Language(name="German"))
    with pytest.raises(AlreadyExists) as caught:
        await create(world, me, "language", Language(name=" FRANCAIS"))
    assert "LANGUAGE_LISTED" == caught.value.reason
    await refused("LANGUAGE_LISTED", update(world, me, "language", Language(id=german.id, name="français")))
    assert "francais" == (await update(world, me, "language", Language(id=french.id, name="francais"))).name


async def test_an_update_writes_what_it_names(world: World) -> None:
    """Without a mask what is set; with one, unset fields are cleared where they may be."""
    me = await world.member()
    made = await create(world, me, "position")
    full = Position(id=made.id, location="Bern", description="Bridges", end=Date(year=2024))
    changed = await update(world, me, "position", full)
    assert ("Engineer", "Bern", 2024) == (changed.title, changed.location, changed.end.year)
    cleared = await update(world, me, "position", Position(id=made.id), "location", "end")
    assert ("", False, "Bridges") == (cleared.location, cleared.HasField("end"), cleared.description)
    for path in ("title", "company_name", "start", "id", "etag", "start.year", "nonsense"):
        with pytest.raises(InvalidArgument) as caught:
            await update(world, me, "position", Position(id=made.id), path)
        assert "FIELD_NOT_UPDATABLE" == caught.value.reason
    assert [cleared] == list((await own(world, me)).positions)


async def test_an_update_that_changes_nothing_tells_nobody(world: World) -> None:
    """No event, the same profile."""
    me = await world.member()
    made = await create(world, me, "education")
    before = await own(world, me)
    assert made == await update(world, me, "education", Education(id=made.id, school=" Uni "))
    assert (before, ["user_updated"]) == (await own(world, me), await world.events(me))


async def test_a_period_ends_after_its_start(world: World) -> None:
    """When it is written, and when one end of it is changed."""
    me = await world.member()
    made = await create(world, me, "position")
    await refused("PERIOD_INVALID", update(world, me, "position", Position(id=made.id, end=Date(year=2019))))
    draft = Education(school="Uni", start=Date(year=2020, month=2, day=30))
    await refused("PERIOD_INVALID", create(world, me, "education", draft))
    draft = Certification(name="x", issuer="y", start=Date(year=2020), end=Date(year=2019))
    await refused("PERIOD_INVALID", create(world, me, "certification", draft))


async def test_who_read_an_older_state_changes_nothing(world: World) -> None:
    """The etag is the entry's own."""
    me = await world.member()
    made = await create(world, me, "certification")
    edit = Certification(id=made.id, issuer="Another")
    after = await update(world, me, "certification", edit, etag=made.etag)
    edit.issuer = "Third"
    with pytest.raises(Aborted):
        await update(world, me, "certification", edit, etag=made.etag)
    assert [after] == list((await own(world, me)).certifications)


async def test_a_profile_holds_a_hundred_of_each(world: World) -> None:
    """Whoever writes at the same moment; another kind has its own hundred."""
    me = await world.member()
    await world.database.execute(
        "INSERT INTO education (user_id, id, school) SELECT $1, uuidv7(), 'Uni' FROM generate_series(1, 98)", me.user_id
    )
    made = await asyncio.gather(*(create(world, me, "education") for _ in range(5)), return_exceptions=True)
    full = [one for one in made if isinstance(one, FailedPrecondition)]
    assert ["PROFILE_FULL"] * 3 == [one.reason for one in full]
    assert 100 == len((await own(world, me)).education)
    await create(world, me, "position")


async def test_nobody_writes_to_an_account_that_is_gone(world: World) -> None:
    """Their token outlived it."""
    with pytest.raises(NotFound):
        await create(world, world.identity.sign_in(), "position")
