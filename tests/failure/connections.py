"""What the tests of connections under fire share: calls as history, the domain as the model, audits of the tables."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import asyncpg

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.errors import Code, Failure
from mesh.ids import uuid7
from mesh.testing import TestIdentity
from mesh.testing.linearizability import UNKNOWN, History, Operation, Unknown, linearization
from svc_profile.domain.connection import Connection, Pair, Status
from svc_profile.domain.ids import UserId

Call = tuple[str, UserId]
"""A verb and who says it to the other of the pair."""

Answer = tuple[str, str]
"""(status, who requested), or ("refused", reason)."""

VERBS = ("request", "accept", "reject", "withdraw", "remove", "ignore")
_LEGAL = {
    Status.NONE: {Status.PENDING},
    Status.PENDING: {Status.ACCEPTED, Status.REJECTED, Status.WITHDRAWN, Status.IGNORED, Status.EXPIRED},
    Status.IGNORED: {Status.ACCEPTED, Status.REJECTED, Status.WITHDRAWN, Status.EXPIRED},
    Status.EXPIRED: {Status.PENDING},
    Status.ACCEPTED: {Status.REMOVED},
    Status.REJECTED: {Status.PENDING},
    Status.WITHDRAWN: {Status.PENDING},
    Status.REMOVED: {Status.PENDING},
}
_WITHOUT_EFFECT = {"DATABASE_UNAVAILABLE", "TRANSACTION_CONFLICT", "CIRCUIT_OPEN"}
_SILENT = {Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.CANCELLED, Code.UNKNOWN}
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)  # without a cool-down the domain's answers do not depend on the time


class WithoutEffect(Exception):  # noqa: N818 - reads as what it says
    """The call failed before it could change anything."""


@dataclass(slots=True)
class Members:
    """A pair with the metadata both call with, and everything they said to each other."""

    pair: Pair
    metadata: dict[UserId, Any]
    history: History[Call, Answer] = field(default_factory=History)

    def explanation(self) -> list[Operation[Call, Answer]] | None:
        """The order in which the calls took effect, None when there is none."""
        return linearization(self.history.operations, Connection(self.pair), told)

    def transcript(self) -> str:
        """The history for who has to find out what happened."""
        names = {self.pair.lo: "lo", self.pair.hi: "hi"}
        rows = sorted(self.history.operations, key=lambda op: op.invoked)
        began = rows[0].invoked if rows else 0.0
        return "\n".join(
            f"{(op.invoked - began) * 1000:8.2f} … {(op.returned - began) * 1000:8.2f} ms  "
            f"{names[op.call[1]]} {op.call[0]:8} → {op.result}"
            for op in rows
        )


def told(state: Connection, call: Call) -> tuple[Connection, Answer]:
    """What the domain itself answers: the model the service is held to."""
    verb, by = call
    extra: dict[str, Any] = {"note": "", "cooldown": timedelta()} if verb == "request" else {}
    try:
        after: Connection = getattr(state, verb)(by=by, at=_NOON, **extra)
    except Failure as failure:
        return state, ("refused", failure.reason)
    return after, (after.seen_by(by).status.value, str(after.requested_by))


async def asked(channel: Any, members: Members, call: Call, patience: float | None = None) -> Answer | Unknown:
    """Call the service, again when it was too busy to begin; raises WithoutEffect when the call did nothing."""
    verb, by = call
    other = members.pair.hi if by == members.pair.lo else members.pair.lo
    name = f"{verb.title()}Connection"
    request = getattr(pb, f"{name}Request")(user_id=str(other))
    while True:
        try:
            method = getattr(ConnectionServiceStub(channel), name)
            reply = await method(request, metadata=members.metadata[by], timeout=patience)
            break
        except Failure as failure:
            if failure.reason == "OVERLOADED":  # nothing was begun
                await asyncio.sleep(failure.retry_after or 0.1)
                continue
            if failure.reason in _WITHOUT_EFFECT:
                raise WithoutEffect from failure
            return UNKNOWN if failure.code in _SILENT else ("refused", failure.reason)
    status = pb.ConnectionStatus.Name(reply.connection.status).removeprefix("CONNECTION_STATUS_").lower()
    return status, reply.connection.requested_by


async def say(
    channel: Any, members: Members, by: UserId, verbs: Iterable[str], *, patience: float | None = None
) -> None:
    """Make one call after the other and note them in the pair's history.

    `patience` is how long to wait for an answer, in seconds, where the contract's deadline is not meant to be met: a
    machine that is busy with something else fails nothing.
    """
    for verb in verbs:
        try:
            await members.history.record((verb, by), asked(channel, members, (verb, by), patience))
        except WithoutEffect:
            continue


def some_verbs(rng: random.Random, count: int) -> list[str]:
    """A client's intentions: mostly requests and answers to them."""
    return rng.choices(VERBS, weights=(5, 5, 2, 2, 3, 2), k=count)


async def new_pairs(database: asyncpg.Connection, identity: TestIdentity, count: int) -> list[Members]:
    """Members two by two, in the users table and signed in."""
    people = [identity.sign_in(uuid7()) for _ in range(2 * count)]
    now = datetime.now(UTC)
    await database.executemany(
        "INSERT INTO users (user_id, name, email, created_at, updated_at) VALUES ($1, 'Some One', $3, $2, $2)",
        [(person.user_id, now, f"{person.user_id}@example.com") for person in people],
    )
    return [
        Members(
            Pair.of(UserId(one.user_id), UserId(other.user_id)),
            {UserId(person.user_id): person.metadata for person in (one, other)},
        )
        for one, other in zip(people[::2], people[1::2], strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Rows:
    """What the tables say of one pair: both rows, both histories."""

    states: list[tuple[Any, ...]]
    histories: list[list[tuple[Any, ...]]]

    def faults(self) -> list[str]:
        """What is wrong with them: nothing, or sentences."""
        found: list[str] = []
        if len(self.states) not in {0, 2} or len(set(self.states)) > 1:
            found.append(f"the rows do not mirror each other: {self.states}")
        if self.histories[0] != self.histories[1]:
            found.append(f"the histories differ: {self.histories}")
        steps = [(Status(row[1]), Status(row[2])) for row in self.histories[0]]
        chain = [Status.NONE, *(to for _, to in steps)]
        if [came_from for came_from, _ in steps] != chain[:-1]:
            found.append(f"the history is no chain: {steps}")
        found += [f"{one} → {to} is not legal" for one, to in pairwise(chain) if to not in _LEGAL[one]]
        if self.states and self.states[0][0] != chain[-1]:
            found.append(f"the rows say {self.states[0][0]}, the history ends {chain[-1]}")
        return found


async def rows_of(database: asyncpg.Connection, pairs: Sequence[Members]) -> list[Rows]:
    """Read the rows of all pairs."""
    found: list[Rows] = []
    for members in pairs:
        both = (members.pair, members.pair[::-1])
        states = [
            await database.fetchrow(
                "SELECT status, requested_by, note, created_at, updated_at, accepted_at FROM connections"
                " WHERE user_id = $1 AND connected_user_id = $2",
                *side,
            )
            for side in both
        ]
        histories = [
            await database.fetch(
                "SELECT change_id, from_status, to_status, actor_id, changed_at FROM connection_history"
                " WHERE user_id = $1 AND connected_user_id = $2 ORDER BY change_id",
                *side,
            )
            for side in both
        ]
        found.append(
            Rows([tuple(row) for row in states if row], [[tuple(row) for row in history] for history in histories])
        )
    return found
