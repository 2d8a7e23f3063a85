"""Steps of connections, those of many pairs in one transaction."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeAlias

from mesh.clock import Clock
from mesh.data import Call, Database, SharedWrites, Transaction
from mesh.ids import uuid7
from svc_profile.domain.challenge import ChallengeKind, ChallengeRequired
from svc_profile.domain.connection import Connection, Pair, Status
from svc_profile.domain.facts import ConnectionChanged, Fact
from svc_profile.domain.ids import UserId
from svc_profile.domain.invitation_budget import Invitations, budget, refusal
from svc_profile.domain.user import UserNotFound
from svc_profile.store.connections import Change, ConnectionRepository
from svc_profile.store.events import publish
from svc_profile.store.follows import FollowRepository
from svc_profile.store.invitations import InvitationHistory
from svc_profile.usecases.access import Access
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.partings import Partings

_OF_ACCESS = frozenset({Status.ACCEPTED, Status.REMOVED})
"""States that others may see by, or may have seen by until just now; the rest never changes what anybody may see."""


class Step(NamedTuple):
    """What a member does about a pair; `decide` gives the next state by the present one and the time, or refuses."""

    by: UserId
    pair: Pair
    decide: Callable[[Connection, datetime], Connection]
    passed: bool = False
    """Whether the member passed a challenge for it, which an invitation may need."""

    @property
    def other(self) -> UserId:
        """Whom it is done to."""
        return self.pair.hi if self.by == self.pair.lo else self.pair.lo


Taken: TypeAlias = tuple[Connection, Connection]
"""The pair's state before a step and after it."""


class ConnectionWrites:
    """Locks the pairs of all calls at once, lets the domain decide call by call, saves what changed.

    Steps of one pair are taken one after the other. Requests and answers have transactions of their own, since they
    lock in different ways, and locking twice would break the order that keeps transactions from deadlocks.
    """

    def __init__(
        self,
        db: Database,
        connections: ConnectionRepository,
        follows: FollowRepository,
        access: Access,
        changes: AccessChanges,
        partings: Partings,
        invitations: InvitationHistory,
        clock: Clock,
        *,
        challenge: ChallengeKind = ChallengeKind.PROOF_OF_WORK,
    ) -> None:
        self._invitations = invitations
        self._challenge = challenge
        self._connections = connections
        self._follows = follows
        self._access = access
        self._changes = changes
        self._partings = partings
        self._clock = clock
        self._requests = SharedWrites(db, self._request, name="connection_requests")
        self._answers = SharedWrites(db, self._answer, name="connection_answers")

    async def request(self, step: Step) -> Taken:
        """Take a step that two who never met can take; raises what the domain refuses it with, and UserNotFound."""
        return await self._requests.submit(step)

    async def answer(self, step: Step) -> Taken:
        """Take any other; raises what the domain refuses it with."""
        return await self._answers.submit(step)

    async def _request(self, tx: Transaction, calls: Sequence[Call[Step]]) -> list[Taken | Exception]:
        states = await self._connections.lock_or_create(tx, (call.item.pair for call in calls))
        self._invitations.lock(tx, (call.item.by for call in calls))
        asked = [(call.item.by, call.item.other) for call in calls]
        verdicts = await self._access.verdicts(asked, tx)  # behind the locks, where no block comes in between
        hidden = {(one.viewer, one.owner) for one in verdicts if not one.may_see_profile}
        past = await self._invitations.of_many(tx, sorted({call.item.by for call in calls}), self._clock.now())
        outcomes = self._take(tx, calls, states, hidden, past)
        if strangers := [pair for pair, state in states.items() if state.status is Status.NONE]:
            self._connections.forget(tx, strangers)
        return outcomes

    async def _answer(self, tx: Transaction, calls: Sequence[Call[Step]]) -> list[Taken | Exception]:
        outcomes = self._take(tx, calls, await self._connections.lock(tx, (call.item.pair for call in calls)))
        parted = {
            call.item.pair: partial(_tell, tx, call)
            for call, outcome in zip(calls, outcomes, strict=True)
            if isinstance(outcome, tuple) and outcome[1].parted_from(outcome[0])
        }
        await self._partings.end(tx, parted)
        return outcomes

    def _take(
        self,
        tx: Transaction,
        calls: Sequence[Call[Step]],
        states: dict[Pair, Connection],
        hidden: Collection[tuple[UserId | None, UserId]] = (),
        past: dict[UserId, Invitations] | None = None,
    ) -> list[Taken | Exception]:
        """An outcome for each call; `states` are those after all of them."""
        now, outcomes, changes, seen_by = self._clock.now(), list[Taken | Exception](), list[Change](), set[Pair]()
        for call in calls:
            by, pair, decide, _ = call.item
            if (by, call.item.other) in hidden:
                outcomes.append(UserNotFound(call.item.other))
                continue
            stored = states[pair]
            before = stored.as_of(now)
            try:
                after = decide(before, now)
                if after != before and after.status is Status.PENDING:
                    self._charge(call.item, past or {}, now)
            except Exception as refusal:  # noqa: BLE001 - whatever it is, nothing of this call is kept
                outcomes.append(refusal)
                continue
            states[pair] = after
            outcomes.append((before, after))
            if not _OF_ACCESS.isdisjoint({before.status, after.status}):
                seen_by.add(pair)
            for change in changes_of(stored, before, after, by):
                changes.append(change)
                call.run(publish, tx, ConnectionChanged(change.after, change.actor), by=change.actor)
        if seen_by:
            self._changes.connected(tx, *seen_by)
        if changes:
            self._connections.save(tx, changes)
            self._let_follow(tx, changes)
        return outcomes

    def _charge(self, step: Step, past: dict[UserId, Invitations], now: datetime) -> None:
        """Count an invitation, those of this transaction among them; raises InvitationsUsedUp, ChallengeRequired."""
        before = past.get(step.by, Invitations())
        left = budget(before)
        if used_up := refusal(left, now):
            raise used_up
        if left.challenge_required and not step.passed:
            raise ChallengeRequired(self._challenge)
        past[step.by] = before.with_one_more(now)

    def _let_follow(self, tx: Transaction, changes: Sequence[Change]) -> None:
        """Who connects follows each other, until they part, or longer where they chose to."""
        for _, _, after, _ in changes:
            if after.status is Status.ACCEPTED and after.accepted_at:
                self._follows.connect(tx, after.pair, after.accepted_at)
            elif after.status is Status.REMOVED:
                self._follows.part(tx, after.pair)


def changes_of(stored: Connection, before: Connection, after: Connection, by: UserId) -> list[Change]:
    """What is to be written: that a request ran out before the step, of itself, and what the step changed."""
    steps = ((stored, before, stored.requested_by or by), (before, after, by))
    return [Change(uuid7(), came_from, to, actor) for came_from, to, actor in steps if to != came_from]


def _tell(tx: Transaction, call: Call[Step], fact: Fact) -> None:
    call.run(publish, tx, fact, by=call.item.by)
