"""The connection's state machine."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mesh.errors import Failure
from svc_profile.domain.connection import (
    AlreadyConnected,
    CannotConnectToSelf,
    Connection,
    ConnectionCoolingDown,
    ConnectionNotFound,
    ConnectionNotPending,
    NotConnected,
    NotTheInvitee,
    NotTheRequester,
    Pair,
    Status,
)
from svc_profile.domain.ids import UserId

ANN, BOB = UserId(UUID(int=1)), UserId(UUID(int=2))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
COOLDOWN = timedelta(days=21)


def ask(connection: Connection, by: UserId, at: datetime = NOON) -> Connection:
    return connection.request(by=by, at=at, note="", cooldown=COOLDOWN)


def test_pair_is_in_key_order_whoever_asks() -> None:
    """Both sides name the same pair."""
    assert Pair.of(ANN, BOB) == Pair.of(BOB, ANN) == (ANN, BOB)


def test_nobody_connects_with_themself() -> None:
    """A pair has two members."""
    with pytest.raises(CannotConnectToSelf):
        Pair.of(ANN, ANN)


def test_crossing_requests_connect() -> None:
    """A request that meets the other side's pending request accepts it."""
    met = ask(ask(Connection(Pair(ANN, BOB)), ANN), BOB)
    assert (Status.ACCEPTED, ANN) == (met.status, met.requested_by)


def test_a_repeated_request_changes_nothing() -> None:
    """Asking again while the own request is pending is no error and no change."""
    pending = ask(Connection(Pair(ANN, BOB)), ANN)
    assert pending == ask(pending, ANN, NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("verb", "by", "failure"),
    [
        ("accept", ANN, NotTheInvitee),
        ("reject", ANN, NotTheInvitee),
        ("withdraw", BOB, NotTheRequester),
        ("remove", ANN, NotConnected),
    ],
)
def test_each_verb_belongs_to_one_side(verb: str, by: UserId, failure: type[Failure]) -> None:
    """The requester cannot answer, the invitee cannot withdraw, nobody can remove what is pending."""
    pending = ask(Connection(Pair(ANN, BOB)), ANN)
    with pytest.raises(failure):
        getattr(pending, verb)(by=by, at=NOON)


@pytest.mark.parametrize("verb", ["accept", "reject", "withdraw", "remove"])
def test_strangers_have_nothing_to_answer(verb: str) -> None:
    """Every verb but request needs a request first."""
    with pytest.raises(ConnectionNotFound):
        getattr(Connection(Pair(ANN, BOB)), verb)(by=ANN, at=NOON)


def test_a_rejected_request_cannot_be_accepted() -> None:
    """What was answered stays answered."""
    rejected = ask(Connection(Pair(ANN, BOB)), ANN).reject(by=BOB, at=NOON)
    with pytest.raises(ConnectionNotPending):
        rejected.accept(by=BOB, at=NOON)


def test_the_one_who_was_turned_down_waits_and_the_other_does_not() -> None:
    """The cool-down binds the side whose request was rejected."""
    rejected = ask(Connection(Pair(ANN, BOB)), ANN).reject(by=BOB, at=NOON)
    with pytest.raises(ConnectionCoolingDown) as caught:
        ask(rejected, ANN, NOON + timedelta(days=1))
    assert timedelta(days=20).total_seconds() == caught.value.retry_after
    assert Status.PENDING == ask(rejected, BOB).status
    assert Status.PENDING == ask(rejected, ANN, NOON + COOLDOWN).status


def test_who_was_refused_is_not_told_so() -> None:
    """After a refusal the one who asked hears what they would hear after a withdrawal of their own."""
    pending = ask(Connection(Pair(ANN, BOB)), ANN)
    told: list[set[str]] = []
    for ended in (pending.reject(by=BOB, at=NOON), pending.withdraw(by=ANN, at=NOON)):
        with pytest.raises(ConnectionCoolingDown) as cooling:
            ask(ended, ANN)
        with pytest.raises(ConnectionNotPending) as over:
            ended.accept(by=ANN, at=NOON)
        told.append({cooling.value.message, over.value.message})
    assert told[0] == told[1]


class ConnectionMachine(RuleBasedStateMachine):
    """Any sequence of calls by either side keeps what the state machine promises."""

    @initialize()
    def strangers(self) -> None:
        self.connection = Connection(Pair(ANN, BOB))
        self.now = NOON

    @rule(by=st.sampled_from([ANN, BOB]), verb=st.sampled_from(["request", "accept", "reject", "withdraw", "remove"]))
    def call(self, by: UserId, verb: str) -> None:
        before = self.connection
        self.now += timedelta(hours=1)
        try:
            after = ask(before, by, self.now) if verb == "request" else getattr(before, verb)(by=by, at=self.now)
        except Failure:
            return
        if after != before:
            self.check_transition(before, after, by)
            assert after == (
                ask(after, by, self.now) if verb == "request" and after.status is Status.PENDING else after
            )
        self.connection = after

    @rule()
    def time_passes(self) -> None:
        self.now += COOLDOWN

    def check_transition(self, before: Connection, after: Connection, by: UserId) -> None:
        allowed = {
            Status.NONE: {Status.PENDING},
            Status.PENDING: {Status.ACCEPTED, Status.REJECTED, Status.WITHDRAWN},
            Status.ACCEPTED: {Status.REMOVED},
            Status.REJECTED: {Status.PENDING},
            Status.WITHDRAWN: {Status.PENDING},
            Status.REMOVED: {Status.PENDING},
        }
        assert after.status in allowed[before.status]
        if after.status in {Status.ACCEPTED, Status.REJECTED}:
            assert after.requested_by != by
        if after.status is Status.WITHDRAWN:
            assert after.requested_by == by

    @invariant()
    def who_asked_is_known(self) -> None:
        assert (self.connection.status is Status.NONE) == (self.connection.requested_by is None)
        assert (self.connection.status in {Status.ACCEPTED, Status.REMOVED}) == (
            self.connection.accepted_at is not None
        )


TestConnectionMachine = ConnectionMachine.TestCase


def test_the_connected_have_nothing_to_ask() -> None:
    """A request between the connected is refused."""
    accepted = ask(Connection(Pair(ANN, BOB)), ANN).accept(by=BOB, at=NOON)
    with pytest.raises(AlreadyConnected):
        ask(accepted, ANN)


@pytest.mark.parametrize("again", [ANN, BOB])
def test_a_removal_leaves_the_way_open_at_once(again: UserId) -> None:
    """Who removed somebody by mistake asks again, and so may the other; a block is the tool for never."""
    parted = ask(Connection(Pair(ANN, BOB)), ANN).accept(by=BOB, at=NOON).remove(by=BOB, at=NOON)
    assert Status.PENDING is ask(parted, again).status
