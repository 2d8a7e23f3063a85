"""The connection's state machine."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mesh.errors import Failure
from svc_profile.domain.connection import (
    TERM,
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

    @rule(
        by=st.sampled_from([ANN, BOB]),
        verb=st.sampled_from(["request", "accept", "reject", "withdraw", "remove", "ignore"]),
    )
    def call(self, by: UserId, verb: str) -> None:
        self.now += timedelta(hours=1)
        before = self.connection.as_of(self.now)
        if before != self.connection:
            self.check_transition(self.connection, before, self.connection.requested_by or by)
            assert before.updated_at == self.connection.expires_at
        try:
            after = ask(before, by, self.now) if verb == "request" else getattr(before, verb)(by=by, at=self.now)
        except Failure:
            return
        if after != before:
            self.check_transition(before, after, by)
            assert after == (ask(after, by, self.now) if verb == "request" and after.is_open else after)
        self.connection = after

    @rule(days=st.sampled_from([1, 21, 69]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    def check_transition(self, before: Connection, after: Connection, by: UserId) -> None:
        allowed = {
            Status.NONE: {Status.PENDING},
            Status.PENDING: {Status.ACCEPTED, Status.REJECTED, Status.WITHDRAWN, Status.IGNORED, Status.EXPIRED},
            Status.IGNORED: {Status.ACCEPTED, Status.REJECTED, Status.WITHDRAWN, Status.EXPIRED},
            Status.EXPIRED: {Status.PENDING},
            Status.ACCEPTED: {Status.REMOVED},
            Status.REJECTED: {Status.PENDING},
            Status.WITHDRAWN: {Status.PENDING},
            Status.REMOVED: {Status.PENDING},
        }
        assert after.status in allowed[before.status]
        if after.status in {Status.ACCEPTED, Status.REJECTED, Status.IGNORED}:
            assert after.requested_by != by
        if after.status is Status.WITHDRAWN:
            assert after.requested_by == by

    @invariant()
    def who_asked_is_told_of_nothing_that_is_kept_from_them(self) -> None:
        if self.connection.requested_by is not None:
            told = self.connection.seen_by(self.connection.requested_by)
            assert (told.status is Status.IGNORED, told.note) == (False, "")
            assert told.expires_at == self.connection.expires_at

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


def test_a_request_expires_after_ninety_days_and_may_be_made_again_at_once() -> None:
    """It was over when its time was over, whenever that is noticed; nobody cools down."""
    pending = ask(Connection(Pair(ANN, BOB)), ANN)
    end = NOON + timedelta(days=90)
    assert pending == pending.as_of(end - timedelta(seconds=1))
    over = pending.as_of(end + timedelta(days=3))
    assert (Status.EXPIRED, end, None) == (over.status, over.updated_at, over.expires_at)
    assert Status.PENDING is ask(over, ANN, end + timedelta(days=3)).status
    with pytest.raises(ConnectionNotPending):
        over.accept(by=BOB, at=end)


def test_an_ignored_request_is_a_pending_one_to_who_asked() -> None:
    """Whatever they do about it they are told the same as if nobody had looked at it yet."""
    pending = ask(Connection(Pair(ANN, BOB)), ANN)
    ignored = pending.ignore(by=BOB, at=NOON + timedelta(hours=1))
    assert (Status.IGNORED, pending) == (ignored.status, ignored.seen_by(ANN))
    for verb in ("accept", "reject", "ignore", "remove"):
        told = set[str]()
        for one in (pending, ignored):
            with pytest.raises(Failure) as caught:
                getattr(one, verb)(by=ANN, at=NOON)
            told.add(caught.value.message)
        assert 1 == len(told)
    assert ignored == ask(ignored, ANN)
    assert ask(pending, ANN).withdraw(by=ANN, at=NOON) == ignored.withdraw(by=ANN, at=NOON)
    assert pending.as_of(NOON + TERM) == ignored.as_of(NOON + TERM)


def test_who_ignored_a_request_may_still_answer_it() -> None:
    """Accept it, by asking as well; or decline it in earnest."""
    ignored = ask(Connection(Pair(ANN, BOB)), ANN).ignore(by=BOB, at=NOON)
    assert Status.ACCEPTED is ignored.accept(by=BOB, at=NOON).status
    assert Status.ACCEPTED is ask(ignored, BOB).status
    assert Status.REJECTED is ignored.reject(by=BOB, at=NOON).status


def test_only_who_asked_cools_down_and_is_told_until_when() -> None:
    """After a refusal or a withdrawal; the other side and the parted need not wait."""
    pending = ask(Connection(Pair(ANN, BOB)), ANN)
    declined, withdrawn = pending.reject(by=BOB, at=NOON), pending.withdraw(by=ANN, at=NOON)
    parted = pending.accept(by=BOB, at=NOON).remove(by=BOB, at=NOON)
    until = NOON + COOLDOWN
    assert [until, until] == [one.cool_down_until(ANN, COOLDOWN) for one in (declined, withdrawn)]
    free = [(declined, BOB), (parted, ANN), (parted, BOB), (pending, ANN)]
    assert [None] * 4 == [one.cool_down_until(who, COOLDOWN) for one, who in free]
    with pytest.raises(ConnectionCoolingDown) as caught:
        ask(declined, ANN)
    assert until.isoformat() == caught.value.metadata["coolDownUntil"]
