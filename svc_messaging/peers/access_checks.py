"""What the profile service decided about members and the others they talk with."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple
from uuid import UUID

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.contract import batch_size
from mesh.data import GroupCommit
from mesh.generations import Generations, Kept, Names
from svc_messaging.domain.access import Verdict
from svc_messaging.domain.ids import UserId

_Question = tuple[UserId, tuple[UserId, ...]]
_Pair = tuple[UserId, UserId]
_MAX_PAIRS = batch_size(pb.CheckAccessRequest, "questions")
_MAX_QUESTIONS = 200
"""Asked together; each has at most as many members as a conversation."""


_MOST_KEPT = 100_000  # some 30 MB


class _Said(NamedTuple):
    """What is kept of a verdict."""

    known: bool
    connected: bool
    may_message: bool


class AccessChecks:
    """Every answer is what holds now, so that a removal counts from the next act on.

    Questions that gather while others are on their way are asked together, and answered in the order they came: sends
    that wait here keep their order. They are asked by this service and for itself, whoever waits for the answer.
    """

    def __init__(self, profile: ConnectionServiceStub, generations: Generations, names: Names) -> None:
        self._profile = profile
        self._kept: Kept[UserId, UserId, _Said] = Kept(generations, self._load, names, most=_MOST_KEPT)
        self._questions: GroupCommit[_Question, list[Verdict]] = GroupCommit(
            self._answer, max_batch=_MAX_QUESTIONS, name="access_checks"
        )

    async def of(self, viewer: UserId, owners: Sequence[UserId]) -> list[Verdict]:
        """What a member may see of others, and do to them, in their order."""
        return await self._questions.submit((viewer, tuple(owners))) if owners else []

    async def _answer(self, questions: Sequence[_Question]) -> Sequence[list[Verdict]]:
        wanted: defaultdict[UserId, list[UserId]] = defaultdict(list)
        for viewer, owners in questions:
            wanted[viewer] += owners
        found = await self._kept(wanted)
        return [[_verdict(owner, found[viewer].get(owner)) for owner in owners] for viewer, owners in questions]

    async def _load(self, questions: Mapping[UserId, Sequence[UserId]]) -> Mapping[UserId, Mapping[UserId, _Said]]:
        pairs = [(viewer, owner) for viewer, owners in questions.items() for owner in owners]
        chunks = [pairs[start : start + _MAX_PAIRS] for start in range(0, len(pairs), _MAX_PAIRS)]
        found: defaultdict[UserId, dict[UserId, _Said]] = defaultdict(dict)
        for said in itertools.chain.from_iterable(await asyncio.gather(*map(self._ask, chunks))):
            viewer, owner = UserId(UUID(said.viewer_id)), UserId(UUID(said.owner_id))
            found[viewer][owner] = _said(said.may_see_profile, said.connected, said.may_message)
        return found

    async def _ask(self, pairs: Sequence[_Pair]) -> Iterable[pb.AccessVerdict]:
        owners: defaultdict[UserId, list[str]] = defaultdict(list)
        for viewer, owner in pairs:
            owners[viewer].append(str(owner))
        questions = [pb.AccessQuestion(viewer_id=str(viewer), owner_ids=ids) for viewer, ids in owners.items()]
        return (await self._profile.CheckAccess(pb.CheckAccessRequest(questions=questions))).verdicts


def _verdict(owner: UserId, said: _Said | None) -> Verdict:
    return Verdict(owner) if said is None else Verdict(owner, *said)


@cache  # so that those that are kept share their objects
def _said(known: bool, connected: bool, may_message: bool) -> _Said:
    return _Said(known, connected, may_message)
