"""The connection graph of the profile service."""

from collections import defaultdict
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1 import follow_pb2
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.contract import batch_size
from mesh.generations import Generations, Kept, Names
from svc_feed.domain.ids import ListId, UserId
from svc_feed.domain.visibility import NOTHING, OWN, Verdict

_MOST_AT_ONCE = batch_size(pb.CheckAccessRequest, "questions")  # pairs in all
_MOST_KEPT = 100_000  # some 30 MB
_MOST_FOLLOWED = 50_000  # whose posts one feed is made of: a mistake, or an abuse, must not fill the memory
_BATCHES_OF_A_CALL = 20  # of a thousand each: a stream that waits for its reader is over long before its deadline
_Viewer = TypeVar("_Viewer", UserId, UserId | None)


_Ask = Callable[[Mapping[UserId, Iterable[UserId]]], Awaitable[Mapping[UserId, Mapping[UserId, Verdict]]]]


class Batch(NamedTuple):
    """Some followers, and the cursor behind them; empty at the end."""

    followers: list[UserId]
    cursor: str


class Graph:
    """Every answer is the graph as it is now: verdicts are kept as long as the profile service says that they hold.

    Raises Unavailable while it does not answer; nobody may guess instead.
    """

    def __init__(self, channel: Any, generations: Generations, names: Names) -> None:
        self._stub = ConnectionServiceStub(channel)
        self._kept: Kept[UserId, UserId, Verdict] = Kept(generations, self._load, names, most=_MOST_KEPT)

    async def verdicts(self, viewer: UserId | None, owners: Iterable[UserId]) -> defaultdict[UserId, Verdict]:
        """What the viewer (None: nobody signed in) may see of each owner: nothing where there is no answer."""
        others = dict.fromkeys(owners)
        if viewer is None:
            found: defaultdict[UserId, Verdict] = defaultdict(lambda: NOTHING)
            found.update((await self._ask({None: [*others]}))[None])
            return found
        return await self._said(self._kept, viewer, others)

    async def held(self, viewer: UserId, owners: Iterable[UserId]) -> defaultdict[UserId, Verdict]:
        """The same as far as it is known here and still holds, for while the profile service is away; never raises."""
        return await self._said(self._kept.held, viewer, dict.fromkeys(owners))

    async def audience(self, owner: UserId, viewers: Sequence[UserId]) -> dict[UserId, Verdict]:
        """What each of many viewers may see of one member: asked for now, as workers do who meet them once."""
        asked = await self._ask({viewer: [owner] for viewer in viewers})
        return {viewer: verdicts[owner] for viewer, verdicts in asked.items() if owner in verdicts}

    async def of_viewers(
        self, viewers: Iterable[UserId], owners: Collection[UserId]
    ) -> Mapping[UserId, Mapping[UserId, Verdict]]:
        """What each of many viewers may see of the same owners."""
        return await self._kept(dict.fromkeys(viewers, owners))

    async def knows(self, user: UserId) -> bool:
        """Whether there is such a member."""
        return any(verdict.is_self for verdict in (await self._ask({user: [user]}))[user].values())

    async def connections(self, user: UserId, *, at_most: int | None = None) -> list[UserId] | None:
        """The member's connections in no order; None when there are more than `at_most`."""
        found: list[UserId] = []
        stream = self._stub.StreamConnectionIds(pb.StreamConnectionIdsRequest(user_id=str(user)))
        try:
            async for page in stream:
                found += map(_user_id, page.user_ids)
                if at_most is not None and len(found) > at_most:
                    return None
        finally:
            await stream.aclose()  # pyright: ignore[reportAttributeAccessIssue] - a Peer's stream has it
        return found

    async def followed(self, user: UserId) -> dict[UserId, bool]:
        """Whom the member follows, each with whether the two are connected: _MOST_FOLLOWED of them at the most."""
        found: dict[UserId, bool] = {}
        stream = self._stub.StreamFollowedIds(follow_pb2.StreamFollowedIdsRequest(user_id=str(user)))
        try:
            async for page in stream:
                found.update(zip(map(_user_id, page.user_ids), page.connected, strict=True))
                if len(found) >= _MOST_FOLLOWED:
                    break
        finally:
            await stream.aclose()  # pyright: ignore[reportAttributeAccessIssue] - a Peer's stream has it
        return found

    async def followers(self, user: UserId, cursor: str = "", *, connected_only: bool) -> AsyncGenerator[Batch, None]:
        """All who follow a member, or those of them who are connected with them, behind a cursor; batch by batch.

        A reader may take its time: it is asked again behind a cursor before the deadline of one call.
        """
        while True:
            request = follow_pb2.StreamFollowerIdsRequest(
                user_id=str(user), cursor=cursor, connected_only=connected_only
            )
            stream = self._stub.StreamFollowerIds(request)
            read = 0
            try:
                async for page in stream:
                    cursor, read = page.cursor, read + 1
                    yield Batch([*map(_user_id, page.user_ids)], cursor)
                    if read == _BATCHES_OF_A_CALL:
                        break
            finally:
                await stream.aclose()  # pyright: ignore[reportAttributeAccessIssue] - a Peer's stream has it
            if not cursor:
                return

    async def _said(self, ask: _Ask, viewer: UserId, owners: dict[UserId, None]) -> defaultdict[UserId, Verdict]:
        found: defaultdict[UserId, Verdict] = defaultdict(lambda: NOTHING)
        found[viewer] = OWN
        owners.pop(viewer, None)
        if owners:
            found.update((await ask({viewer: owners}))[viewer])
        return found

    async def _load(self, questions: Mapping[UserId, Sequence[UserId]]) -> Mapping[UserId, Mapping[UserId, Verdict]]:
        return await self._ask(questions)

    async def _ask(self, questions: Mapping[_Viewer, Sequence[UserId]]) -> dict[_Viewer, dict[UserId, Verdict]]:
        viewers = {_id(viewer): viewer for viewer in questions}
        found = {viewer: dict[UserId, Verdict]() for viewer in questions}
        for request in _requests(questions):
            for said in (await self._stub.CheckAccess(request)).verdicts:
                found[viewers[said.viewer_id]][UserId(UUID(said.owner_id))] = _verdict(said)
        return found


def _user_id(text: str) -> UserId:
    return UserId(UUID(text))


def _requests(questions: Mapping[_Viewer, Sequence[UserId]]) -> Iterator[pb.CheckAccessRequest]:
    """As few as it takes: each asks for so many pairs at most."""
    request, room = pb.CheckAccessRequest(), _MOST_AT_ONCE
    for viewer, owners in questions.items():
        ids = [str(owner) for owner in owners]
        while ids:
            request.questions.add(viewer_id=_id(viewer), owner_ids=ids[:room], with_second_degree=True)
            ids, room = ids[room:], room - len(ids[:room])
            if not room:
                yield request
                request, room = pb.CheckAccessRequest(), _MOST_AT_ONCE
    if request.questions:
        yield request


def _id(viewer: UserId | None) -> str:
    return str(viewer) if viewer else ""


def _verdict(said: pb.AccessVerdict) -> Verdict:
    few = (
        said.may_see_profile,
        said.may_see_public,
        said.may_see_connections_posts,
        said.may_see_second_degree_posts,
        said.is_self,
        said.connected,
        said.muted,
    )
    if said.list_ids:
        lists = tuple(ListId(UUID(found)) for found in said.list_ids)
        return Verdict(*few, lists=lists, following=said.following)
    return _one_of_few(few, following=said.following)


@cache  # so that those that are kept share their objects
def _one_of_few(said: tuple[bool, bool, bool, bool, bool, bool, bool], *, following: bool) -> Verdict:
    return Verdict(*said, following=following)
