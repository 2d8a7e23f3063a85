"""What members write about each other, over the wire."""

from datetime import UTC, datetime
from typing import Any

import pytest

from guild.profile.v1 import recommendation_service_pb2 as pb
from guild.profile.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from mesh.errors import FailedPrecondition, Failure, NotFound
from mesh.testing.identity import SignedIn
from tests.services.svc_profile.conftest import World
from tests.services.svc_profile.test_career import create
from tests.services.svc_profile.test_skills import connected, part

REQUESTED, IN_REVIEW = pb.RECOMMENDATION_STATE_REQUESTED, pb.RECOMMENDATION_STATE_IN_REVIEW
SHOWN, HIDDEN = pb.RECOMMENDATION_STATE_SHOWN, pb.RECOMMENDATION_STATE_HIDDEN


async def call(world: World, me: SignedIn, method: str, **fields: Any) -> Any:
    request = getattr(pb, f"{method}Request")(**fields)
    return await getattr(RecommendationServiceStub(world.channel), method)(request, metadata=me.metadata)


async def ask(world: World, me: SignedIn, author: SignedIn, note: str = "please", **more: Any) -> pb.Recommendation:
    fields = {"user_id": str(author.user_id), "relationship": pb.RELATIONSHIP_MANAGER, "note": note, **more}
    return (await call(world, me, "RequestRecommendation", **fields)).recommendation


async def write(world: World, me: SignedIn, whom: SignedIn, text: str = "Good.", **more: Any) -> pb.Recommendation:
    fields = {"user_id": str(whom.user_id), "relationship": pb.RELATIONSHIP_MANAGER, "text": text, **more}
    return (await call(world, me, "WriteRecommendation", **fields)).recommendation


async def show(world: World, me: SignedIn, author: SignedIn, shown: bool = True) -> pb.Recommendation:
    fields = {"author_id": str(author.user_id), "shown": shown}
    return (await call(world, me, "SetRecommendationVisibility", **fields)).recommendation


async def seen(world: World, viewer: SignedIn, whom: SignedIn, **page: Any) -> Any:
    return await call(world, viewer, "ListRecommendations", user_id=str(whom.user_id), **page)


async def own(world: World, me: SignedIn, *, given: bool = False, **page: Any) -> Any:
    direction = pb.RECOMMENDATION_DIRECTION_GIVEN if given else pb.RECOMMENDATION_DIRECTION_RECEIVED
    return await call(world, me, "ListMyRecommendations", direction=direction, **page)


async def told(world: World, whom: SignedIn) -> list[str]:
    return [name.removeprefix("recommendation_") for name in await world.events(whom) if "recommendation" in name]


async def test_a_recommendation_is_asked_for_written_and_shown(world: World) -> None:
    """Each step is told; others see it from the last one on, without the note."""
    me, author, viewer = await connected(world, 3)
    position = await create(world, me, "position")
    asked = await ask(world, me, author, position_id=position.id)
    assert (REQUESTED, "please", "", position.id) == (asked.state, asked.note, asked.text, asked.position_id)
    assert not asked.HasField("written_at")
    written = await write(world, author, me, " Good. ", position_id=position.id)
    assert (IN_REVIEW, "Good.", asked.created_at) == (written.state, written.text, written.created_at)
    assert [] == list((await seen(world, viewer, me)).recommendations)
    shown = await show(world, me, author)
    assert SHOWN == shown.state
    shown.note = ""
    assert [shown] == list((await seen(world, viewer, me)).recommendations)
    assert ["requested", "written", "shown"] == await told(world, me)


async def test_repeats_change_nothing(world: World) -> None:
    """A second request, the same words, showing what is shown: nobody is told."""
    me, author = await connected(world, 2)
    assert await ask(world, me, author) == await ask(world, me, author, note="again")
    assert await write(world, author, me) == await write(world, author, me)
    assert await show(world, me, author) == await show(world, me, author)
    assert SHOWN == (await ask(world, me, author)).state
    assert SHOWN == (await write(world, author, me)).state
    assert ["requested", "written", "shown"] == await told(world, me)


async def test_an_edit_goes_back_to_review(world: World) -> None:
    """Nobody sees words that the recipient has not seen."""
    me, author = await connected(world, 2)
    await write(world, author, me)
    await show(world, me, author)
    assert IN_REVIEW == (await write(world, author, me, "Better.")).state
    assert [] == list((await seen(world, author, me)).recommendations)
    assert HIDDEN == (await show(world, me, author, shown=False)).state
    assert ["written", "shown", "written"] == await told(world, me)


@pytest.mark.parametrize("by_author", [True, False])
async def test_either_side_takes_it_away(world: World, by_author: bool) -> None:
    """Its author withdraws it, its recipient deletes it; then there is none."""
    me, author = await connected(world, 2)
    await write(world, author, me)
    method, side, other = (
        ("WithdrawRecommendation", author, {"user_id": str(me.user_id)})
        if by_author
        else ("DeleteRecommendation", me, {"author_id": str(author.user_id)})
    )
    await call(world, side, method, **other)
    with pytest.raises(NotFound) as caught:
        await call(world, side, method, **other)
    assert "RECOMMENDATION_NOT_FOUND" == caught.value.reason
    assert (
        []
        == list((await own(world, me)).recommendations)
        == list((await own(world, author, given=True)).recommendations)
    )
    assert ["written", "hidden"] == await told(world, me)


async def test_a_request_has_nothing_to_show(world: World) -> None:
    """It can be declined, which is to withdraw it."""
    me, author = await connected(world, 2)
    await ask(world, me, author)
    with pytest.raises(FailedPrecondition) as caught:
        await show(world, me, author)
    assert "RECOMMENDATION_NOT_WRITTEN" == caught.value.reason
    await call(world, author, "WithdrawRecommendation", user_id=str(me.user_id))
    assert [] == list((await own(world, me)).recommendations)


async def test_what_is_refused_is_not_shown(world: World) -> None:
    """An author who is suspended is not there: their words stay in review until they are back."""
    me, author, viewer = await connected(world, 3)
    await write(world, author, me)
    suspend = "UPDATE users SET suspended_until = $1 WHERE user_id = $2"
    await world.database.execute(suspend, datetime(9999, 1, 1, tzinfo=UTC), author.user_id)
    with pytest.raises(NotFound) as caught:
        await show(world, me, author)
    assert "RECOMMENDATION_NOT_FOUND" == caught.value.reason
    await world.database.execute(suspend, None, author.user_id)
    assert [] == list((await seen(world, viewer, me)).recommendations)
    assert ["written"] == await told(world, me)


async def test_it_outlasts_the_connection_and_not_a_block(world: World) -> None:
    """New words need the connection."""
    me, author, viewer = await connected(world, 3)
    await write(world, author, me)
    await write(world, me, author)
    await show(world, me, author)
    await part(world, "RemoveConnection", me, author)
    assert 1 == len((await seen(world, viewer, me)).recommendations)
    with pytest.raises(FailedPrecondition) as caught:
        await write(world, author, me, "More.")
    assert "NOT_CONNECTED" == caught.value.reason
    await part(world, "BlockUser", me, author)
    assert [] == list((await seen(world, viewer, me)).recommendations)
    for member in (me, author):
        assert [] == list((await own(world, member, given=True)).recommendations)
    assert "hidden" == (await told(world, author))[-1]


async def test_authors_who_are_not_there_for_the_viewer_are_left_out(world: World) -> None:
    """As everywhere; a profile that is hidden from the viewer shows none."""
    me, author, viewer = await connected(world, 3)
    await write(world, author, me)
    await show(world, me, author)
    await world.block(author, viewer)
    assert [] == list((await seen(world, viewer, me)).recommendations)
    other = await world.member()
    assert 1 == len((await seen(world, other, me)).recommendations)
    await world.database.execute("UPDATE users SET profile_audience = 'only_me' WHERE user_id = $1", me.user_id)
    assert [] == list((await seen(world, other, me)).recommendations)


async def test_lists_are_paged_newest_first(world: World) -> None:
    """Those of the caller, both ways, and those that a member shows: each once."""
    me, *others = await connected(world, 4)
    for other in others:
        await write(world, other, me)
        await ask(world, other, me)
    for other in others[::-1]:
        await show(world, me, other)
    expected = [str(other.user_id) for other in others[::-1]]

    async def all_of(ask_page: Any, side: str) -> list[str]:
        first = await ask_page(page_size=2)
        rest = await ask_page(page_size=2, page_token=first.next_page_token)
        assert not rest.next_page_token
        return [getattr(one, side).id for page in (first, rest) for one in page.recommendations]

    assert expected == await all_of(lambda **page: own(world, me, **page), "author")
    assert expected == await all_of(lambda **page: own(world, me, given=True, **page), "recipient")
    assert expected == await all_of(lambda **page: seen(world, others[0], me, **page), "author")


async def test_the_position_is_one_of_the_recipient(world: World) -> None:
    """Whoever names it."""
    me, author = await connected(world, 2)
    position = await create(world, author, "position")
    for attempt in (ask(world, me, author, position_id=position.id), write(world, author, me, position_id=position.id)):
        with pytest.raises(Failure) as caught:
            await attempt
        assert "POSITION_NOT_FOUND" == caught.value.reason
