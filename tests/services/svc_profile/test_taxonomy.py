"""The taxonomy over the wire, and what operators import beside it."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from guild.profile.v1 import profile_service_pb2 as profile
from guild.profile.v1 import taxonomy_service_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.taxonomy_service_pb2_grpc import TaxonomyServiceStub
from guild.profile.v1.user_pb2 import Position
from guildctl.esco import bring_in
from mesh.data import Database
from mesh.errors import InvalidArgument, NotFound
from svc_profile.store.taxonomy import TaxonomyRepository
from svc_profile.usecases.taxonomy import CurrentTaxonomy
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_career import DRAFTS, create, update
from tests.unit.svc_profile.domain.taxonomy.test_taxonomy import write_esco


async def skills(world: World, **asked: Any) -> pb.SearchSkillsResponse:
    return await TaxonomyServiceStub(world.channel).SearchSkills(pb.SearchSkillsRequest(**asked))


async def occupations(world: World, **asked: Any) -> pb.SearchOccupationsResponse:
    return await TaxonomyServiceStub(world.channel).SearchOccupations(pb.SearchOccupationsRequest(**asked))


async def test_pages_go_on_where_the_last_ended(world: World) -> None:
    """Whoever asks, signed in or not; a token is good for its own search alone."""
    first = await skills(world, q="s", page_size=7)
    second = await skills(world, q="s", page_size=7, page_token=first.next_page_token)
    both = await skills(world, q="s", page_size=14)
    assert list(both.skills) == [*first.skills, *second.skills]
    assert first.total_size == both.total_size > 14
    with pytest.raises(InvalidArgument) as caught:
        await skills(world, q="t", page_token=first.next_page_token)
    assert "PAGE_TOKEN_INVALID" == caught.value.reason


async def test_typical_skills_and_their_occupations_are_found(world: World) -> None:
    """By the id of the other; narrowed by a name."""
    [engineer, *_] = (await occupations(world, q="swe")).occupations
    typical = (await skills(world, occupation_id=engineer.id)).skills
    assert list(engineer.skill_ids) == [one.id for one in typical]
    assert engineer in (await occupations(world, skill_id=typical[0].id, page_size=100)).occupations
    assert ["Git"] == [one.name for one in (await skills(world, occupation_id=engineer.id, q="git")).skills]
    with pytest.raises(NotFound) as caught:
        await skills(world, occupation_id=typical[0].id)
    assert "CONCEPT_NOT_FOUND" == caught.value.reason


async def test_concepts_are_read_by_id(world: World) -> None:
    """In the order asked for; the unknown are left out."""
    found = (await skills(world, q="r")).skills
    ids = [found[1].id, str(UUID(int=0)), found[0].id, found[1].id]
    reply = await TaxonomyServiceStub(world.channel).BatchGetSkills(pb.BatchGetSkillsRequest(ids=ids))
    assert [found[1], found[0]] == list(reply.skills)
    none = pb.BatchGetOccupationsRequest(ids=ids)
    assert [] == list((await TaxonomyServiceStub(world.channel).BatchGetOccupations(none)).occupations)


async def test_a_title_is_linked_to_its_occupation(world: World) -> None:
    """By itself, until the member says another; one that does not exist is refused."""
    me = await world.member()
    [engineer, *_] = (await occupations(world, q="software engineer")).occupations
    [nurse, *_] = (await occupations(world, q="nurse")).occupations
    draft = Position()
    draft.CopyFrom(DRAFTS["position"])
    draft.title = " SWE"
    made = await create(world, me, "position", draft)
    assert engineer.id == made.occupation_id
    changed = await update(world, me, "position", Position(id=made.id, title="Chief herder"))
    assert not changed.HasField("occupation_id")
    changed = await update(world, me, "position", Position(id=made.id, title="Engineer", occupation_id=nurse.id))
    assert nurse.id == changed.occupation_id
    assert nurse.id == (await update(world, me, "position", Position(id=made.id, location="Bern"))).occupation_id
    repeated = await update(world, me, "position", Position(id=made.id, title=" Engineer", location="Basel"))
    assert (nurse.id, "Basel") == (repeated.occupation_id, repeated.location)
    assert not (await update(world, me, "position", Position(id=made.id), "occupation_id")).HasField("occupation_id")
    stub = ProfileServiceStub(world.channel)
    draft.occupation_id = made.id
    with pytest.raises(NotFound) as caught:
        await stub.CreatePosition(profile.CreatePositionRequest(position=draft), metadata=me.metadata)
    assert "CONCEPT_NOT_FOUND" == caught.value.reason


async def test_an_import_is_picked_up_and_the_same_files_change_nothing(world: World, tmp_path: Path) -> None:
    """What is gone from the files is gone after the next import."""
    write_esco(tmp_path)
    dsn = world.settings.dsn
    assert "imported 2 skills, 1 occupations" == await bring_in(dsn, tmp_path, "en")
    assert "these files are imported already" == await bring_in(dsn, tmp_path, "en")
    db = Database(world.settings)
    await db.start()
    taxonomy = CurrentTaxonomy(db, TaxonomyRepository())
    await taxonomy.refresh()
    [tuner] = taxonomy.now.occupations.search("theremin tech")
    assert ["tune theremins"] == [one.name for one in taxonomy.now.skills_of(tuner.id)]
    assert "Python" == taxonomy.now.skills.search("python")[0].name
    (tmp_path / "occupations_en.csv").write_text("conceptUri,preferredLabel,altLabels\n")
    assert "imported 2 skills, 0 occupations" == await bring_in(dsn, tmp_path, "en")
    await taxonomy.refresh()
    assert [] == taxonomy.now.occupations.search("theremin")
    await db.stop()
