"""The connection between two members as a state machine.

    none ─request→ pending ─accept→ accepted ─remove→ removed
                      ├─reject→ rejected
                      ├─withdraw→ withdrawn
                      ├─90 days→ expired
                      └─ignore→ ignored, in which all that ends a pending request ends it as well
    rejected | withdrawn ─request (after the cool-down, for who had asked)→ pending
    removed | expired ─request→ pending

A transition that already happened, asked for again by the same side, is no error and changes nothing: every call can be
retried. A request that meets the other side's open request accepts it. Who asked sees an ignored request as pending.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from mesh.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from svc_profile.domain.ids import UserId

TERM = timedelta(days=90)
"""How long a request waits for an answer."""


class Status(StrEnum):
    """Where a pair of members stands."""

    NONE = "none"
    PENDING = "pending"
    IGNORED = "ignored"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


OPEN = frozenset({Status.PENDING, Status.IGNORED})
"""Asked for, and neither answered nor over."""

_COOLING = frozenset({Status.REJECTED, Status.WITHDRAWN})


class CannotConnectToSelf(InvalidArgument):
    """A member asked for a connection with themself."""

    reason = "CANNOT_CONNECT_TO_SELF"


class AlreadyConnected(AlreadyExists):
    """The two are connected."""

    reason = "ALREADY_CONNECTED"


class CannotBlockSelf(InvalidArgument):
    """A member blocked themself."""

    reason = "CANNOT_BLOCK_SELF"


class CannotFollowSelf(InvalidArgument):
    """A member followed themself."""

    reason = "CANNOT_FOLLOW_SELF"


class CannotMuteSelf(InvalidArgument):
    """A member muted themself."""

    reason = "CANNOT_MUTE_SELF"


class ConnectionsHidden(PermissionDenied):
    """The member shows their connections to others."""

    reason = "CONNECTIONS_HIDDEN"


class ConnectionNotFound(NotFound):
    """Nothing was ever asked between the two."""

    reason = "CONNECTION_NOT_FOUND"


class ConnectionNotPending(FailedPrecondition):
    """The request was answered or taken back already, or waited too long."""

    reason = "CONNECTION_NOT_PENDING"


class NotTheInvitee(PermissionDenied):
    """Only the member who was asked may accept, reject or ignore."""

    reason = "NOT_THE_INVITEE"


class NotTheRequester(PermissionDenied):
    """Only the member who asked may withdraw."""

    reason = "NOT_THE_REQUESTER"


class NotConnected(FailedPrecondition):
    """Only an accepted connection can be removed."""

    reason = "NOT_CONNECTED"


class ConnectionCoolingDown(FailedPrecondition):
    """Who was turned down, or withdrew, cannot ask again yet."""

    reason = "CONNECTION_COOLING_DOWN"

    def __init__(self, other: UserId, wait: timedelta, until: datetime) -> None:
        super().__init__(
            f"cannot request a connection with {other} yet, wait",  # who was refused is not told so
            retry_after=wait.total_seconds(),
            metadata={"coolDownUntil": until.isoformat()},
        )


class Pair(NamedTuple):
    """Two members in key order, which is also the order in which their rows are locked."""

    lo: UserId
    hi: UserId

    @classmethod
    def of(cls, one: UserId, other: UserId) -> Self:
        """The pair of two different members.

        Raises:
            CannotConnectToSelf: both are the same member.
        """
        if one == other:
            raise CannotConnectToSelf("cannot connect a member to themself")
        return cls(one, other) if one < other else cls(other, one)


@dataclass(frozen=True, slots=True)
class Connection:
    """One pair's state; both members' rows are images of it."""

    pair: Pair
    status: Status = Status.NONE
    requested_by: UserId | None = None
    note: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    accepted_at: datetime | None = None

    def other(self, me: UserId) -> UserId:
        """The member on the far side of `me`."""
        return self.pair.hi if me == self.pair.lo else self.pair.lo

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.status in OPEN

    @property
    def expires_at(self) -> datetime | None:
        """When the request is over unless it is answered; None where none is open."""
        return self.created_at + TERM if self.is_open and self.created_at else None

    def cool_down_until(self, by: UserId, cooldown: timedelta) -> datetime | None:
        """Until when `by` cannot ask again: who was turned down, or withdrew, waits, and nobody does after parting."""
        if self.updated_at is None or self.status not in _COOLING or self.requested_by != by:
            return None
        return self.updated_at + cooldown

    def as_of(self, at: datetime) -> Self:
        """The same, expired where its request waited too long by then."""
        over = self.expires_at
        return self._ended(Status.EXPIRED, over) if over is not None and over <= at else self

    def seen_by(self, me: UserId) -> Self:
        """As one of the two is told: who asked sees no sign that they are ignored; the note is for who was asked."""
        if self.requested_by != me:
            return self
        unanswered = {"status": Status.PENDING, "updated_at": self.created_at} if self.status is Status.IGNORED else {}
        return dataclasses.replace(self, note="", **unanswered)

    def parted_from(self, before: "Connection") -> bool:
        """Whether the two were connected before, and are no more."""
        return before.status is Status.ACCEPTED and self.status is not Status.ACCEPTED

    def request(self, *, by: UserId, at: datetime, note: str, cooldown: timedelta) -> Self:
        """Ask for the connection, or accept it when the other side has asked already.

        Raises:
            AlreadyConnected: nothing is left to ask for.
            ConnectionCoolingDown: the asker was turned down, or withdrew, less than `cooldown` ago.
        """
        if self.status is Status.ACCEPTED:
            raise AlreadyConnected(f"{by} and {self.other(by)} are connected already")
        if self.is_open:
            return self if self.requested_by == by else self.accept(by=by, at=at)
        until = self.cool_down_until(by, cooldown)
        if until is not None and until > at:
            raise ConnectionCoolingDown(self.other(by), until - at, until)
        return dataclasses.replace(
            self,
            status=Status.PENDING,
            requested_by=by,
            note=note,
            created_at=at,
            updated_at=at,
            accepted_at=None,
        )

    def accept(self, *, by: UserId, at: datetime) -> Self:
        """Accept the pending request of the other side.

        Raises:
            NotTheInvitee: `by` asked themself.
            ConnectionNotFound, ConnectionNotPending: there is nothing to answer.
        """
        if self.status is Status.ACCEPTED:
            return self
        self._must_be_pending(by)
        if self.requested_by == by:
            raise NotTheInvitee(f"cannot accept connection with {self.other(by)}: only the member who was asked can")
        return dataclasses.replace(self, status=Status.ACCEPTED, updated_at=at, accepted_at=at)

    def reject(self, *, by: UserId, at: datetime) -> Self:
        """Turn the pending request of the other side down.

        Raises:
            NotTheInvitee: `by` asked themself.
            ConnectionNotFound, ConnectionNotPending: there is nothing to answer.
        """
        if self.status is Status.REJECTED and self.requested_by != by:
            return self
        self._must_be_pending(by)
        if self.requested_by == by:
            raise NotTheInvitee(f"cannot reject connection with {self.other(by)}: withdraw the request instead")
        return self._ended(Status.REJECTED, at)

    def ignore(self, *, by: UserId, at: datetime) -> Self:
        """Leave the request of the other side unanswered: for them it goes on waiting, until it is over.

        Raises:
            NotTheInvitee: `by` asked themself.
            ConnectionNotFound, ConnectionNotPending: there is nothing to answer.
        """
        if self.status is Status.IGNORED and self.requested_by != by:
            return self
        self._must_be_pending(by)
        if self.requested_by == by:
            raise NotTheInvitee(f"cannot ignore connection with {self.other(by)}: withdraw the request instead")
        return dataclasses.replace(self, status=Status.IGNORED, updated_at=at)

    def withdraw(self, *, by: UserId, at: datetime) -> Self:
        """Take the own pending request back.

        Raises:
            NotTheRequester: the other side asked.
            ConnectionNotFound, ConnectionNotPending: there is nothing to answer.
        """
        if self.status is Status.WITHDRAWN and self.requested_by == by:
            return self
        self._must_be_pending(by)
        if self.requested_by != by:
            raise NotTheRequester(f"cannot withdraw the request of {self.other(by)}: reject it instead")
        return self._ended(Status.WITHDRAWN, at)

    def remove(self, *, by: UserId, at: datetime) -> Self:
        """End the connection.

        Raises:
            ConnectionNotFound, NotConnected: there is nothing to end.
        """
        if self.status is Status.REMOVED:
            return self
        self._must_exist(by)
        if self.status is not Status.ACCEPTED:
            raise NotConnected(f"{by} and {self.other(by)} are not connected")
        return self._ended(Status.REMOVED, at)

    def sever(self, *, by: UserId, at: datetime) -> Self:
        """End whatever is between the two, because `by` blocks the other."""
        match self.status:
            case Status.ACCEPTED:
                return self.remove(by=by, at=at)
            case Status.PENDING | Status.IGNORED:
                return self.withdraw(by=by, at=at) if self.requested_by == by else self.reject(by=by, at=at)
            case _:
                return self

    def _ended(self, status: Status, at: datetime) -> Self:
        """In a state of which no note is kept: it was written for the answer."""
        return dataclasses.replace(self, status=status, note="", updated_at=at)

    def _must_exist(self, by: UserId) -> None:
        if self.status is Status.NONE:
            raise ConnectionNotFound(f"there is no connection request between {by} and {self.other(by)}")

    def _must_be_pending(self, by: UserId) -> None:
        self._must_exist(by)
        if not self.is_open:
            raise ConnectionNotPending(f"the connection request with {self.other(by)} is not pending any more")
