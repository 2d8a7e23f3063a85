"""Posts ask questions, and members vote."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from guild.events.v1.engagement_pb2 import PollVoted
from guild.feed.v1 import post_pb2 as model
from guild.feed.v1 import post_service_pb2 as pb
from mesh.clock import SystemClock
from mesh.contract import moment, timestamp
from mesh.data import Statement
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.privacy import PersonalData
from svc_feed.domain.poll import Poll, Question
from svc_feed.store.personal import RULES

END = Statement("UPDATE posts SET poll_ends_at = $1 WHERE author_id = $2 AND id = $3", ("at", "author", "post"), "end")


async def asked(world: Any, author: Any, **poll: Any) -> str:
    request = pb.CreatePostRequest(
        content="?",
        visibility=model.VISIBILITY_PUBLIC,
        poll=model.Poll(question="tea?", options=["yes", "no", "later"], **poll),
    )
    return (await world.posts.CreatePost(request, metadata=author.metadata)).post.id


async def read(world: Any, reader: Any, post_id: str) -> Any:
    return (await world.posts.GetPost(pb.GetPostRequest(post_id=post_id), metadata=reader.metadata)).item


async def vote(world: Any, by: Any, post_id: str, option: int) -> Any:
    request = pb.VotePollRequest(post_id=post_id, option=option)
    return (await world.posts.VotePoll(request, metadata=by.metadata)).result


async def reason(call: Any) -> str:
    with pytest.raises(Failure) as caught:
        await call
    return caught.value.reason


async def test_votes_are_exact_and_told_in_time(world: Any) -> None:
    """Whoever votes at once, twice or otherwise: counts agree, for who voted and the author; for all after the end."""
    ann, reader, *voters = [await world.member() for _ in range(6)]
    post_id = await asked(world, ann)
    shown = await read(world, reader, post_id)
    assert ("tea?", ["yes", "no", "later"], [], 0) == (
        shown.post.poll.question,
        list(shown.post.poll.options),
        list(shown.poll_result.votes),
        shown.poll_result.total_votes,
    )
    assert timedelta(days=7) == moment(shown.post.poll.ends_at) - moment(shown.post.created_at)

    await asyncio.gather(*(vote(world, voter, post_id, 0) for voter in voters for _ in range(2)))
    result = await vote(world, voters[0], post_id, 2)
    assert ([3, 0, 1], 4, 2, False) == (list(result.votes), result.total_votes, result.chosen, result.ended)
    back = await world.posts.RetractVote(pb.RetractVoteRequest(post_id=post_id), metadata=voters[1].metadata)
    assert ([], 3, False) == (list(back.result.votes), back.result.total_votes, back.result.HasField("chosen"))
    (fed,) = [item for item in (await world.page(ann)).items if item.post.id == post_id]
    for member, votes in ((ann, [2, 0, 1]), (voters[0], [2, 0, 1]), (voters[1], []), (reader, [])):
        assert (votes, 3) == (
            list((found := (await read(world, member, post_id)).poll_result).votes),
            found.total_votes,
        )
    assert [2, 0, 1] == list(fed.poll_result.votes)
    events = await world.events(PollVoted, post_id)
    assert (6, 1) == (len(events), sum(event.retracted for event in events))

    await PersonalData(world.database, RULES, SystemClock(), []).erase(UUID(voters[2].id), uuid7())
    over = {"at": SystemClock().now(), "author": UUID(ann.id), "post": UUID(post_id)}
    await world.database.execute(END, **over)
    for refused in (vote(world, reader, post_id, 0), vote(world, voters[0], post_id, 1)):
        assert "POLL_ENDED" == await reason(refused)
    edit = pb.UpdatePostRequest(post=model.Post(id=post_id, content="!"))
    await world.posts.UpdatePost(edit, metadata=ann.metadata)
    ended = (await read(world, reader, post_id)).poll_result
    assert ([1, 0, 1], True) == (list(ended.votes), ended.ended)


async def test_what_is_no_poll_or_no_answer_is_refused(world: Any) -> None:
    """With the reason that the contract names; a question does not change."""
    ann = await world.member()
    post_id, plain = await asked(world, ann), await world.post(ann)
    assert "POLL_NOT_FOUND" == await reason(vote(world, ann, plain, 0))
    assert "INVALID_ARGUMENT" == await reason(vote(world, ann, post_id, 3))
    now = SystemClock().now()
    for wrong in (timedelta(minutes=1), timedelta(days=31)):
        assert "POLL_END_INVALID" == await reason(asked(world, ann, ends_at=timestamp(now + wrong)))
    edit = pb.UpdatePostRequest(post=model.Post(id=post_id, poll=model.Poll(question="?", options=["1", "2"])))
    assert "FIELD_NOT_UPDATABLE" == await reason(world.posts.UpdatePost(edit, metadata=ann.metadata))


def test_a_poll_stands_as_far_as_its_viewer_may_know() -> None:
    """Answers that nobody gave yet count nothing."""
    now = SystemClock().now()
    poll = Poll.asked(Question("?", ("a", "b")), now)
    told = poll.standing((), None, now, by_author=True)
    untold = poll.standing((1,), None, now, by_author=False)
    assert (((0, 0), 0), ((), 1)) == ((told.votes, told.total), (untold.votes, untold.total))
    assert ((1, 0), True) == poll.standing((1,), None, poll.ends_at, by_author=False)[::3]
