"""What tells made-up accounts, and how long a detector's word holds."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from svc_profile.domain.flags import Flag, FlagKind, Subject
from svc_profile.domain.ids import FlagId, UserId
from svc_profile.domain.signals import EMPTY, LABEL, MOST, YOUNG, Doing, is_young, signal, window

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def made(at: datetime) -> UserId:
    return UserId(UUID(int=int(at.timestamp() * 1000) << 80))


def test_an_id_tells_how_old_an_account_is() -> None:
    """A week, to the millisecond."""
    assert is_young(made(NOW), NOW)
    assert is_young(made(NOW - YOUNG + timedelta(milliseconds=2)), NOW)
    assert not is_young(made(NOW - YOUNG), NOW)


def test_only_much_of_an_empty_account_is_a_signal() -> None:
    """With the same words all day."""
    for doing, most in MOST.items():
        assert signal(doing, most - 1, 0) is None
        assert signal(doing, most, EMPTY + 1) is None
        found = signal(doing, most, EMPTY)
        assert found == signal(doing, most * 2, 0)
        assert found
        assert ((LABEL,), str(most) in found.evidence) == (found.labels, True)
    assert set(Doing) == set(MOST)


def test_who_is_written_to_is_counted_by_the_hour() -> None:
    """Of UTC; all else by the day."""
    assert ["2026-05-01", "2026-05-01", "2026-05-01T12"] == [window(doing, NOW) for doing in Doing]
    found = signal(Doing.APPROACHED, 15, 0)
    assert found
    assert (FlagKind.SPAM, True) == (found.kind, "15 strangers written to within an hour" in found.evidence)


def test_a_label_of_a_signal_ends_and_that_of_an_operator_stays() -> None:
    """Who lifts a signal's label lifts it at once; who keeps it makes it theirs."""
    flag = Flag(FlagId(UUID(int=1)), FlagKind.SPAM, Subject(made(NOW)), NOW, labels=("ring",))
    until = NOW + timedelta(days=1)
    called = flag.signalled(["bot"], until)
    assert ("bot", "ring") == called.shown(NOW).labels
    assert ("ring",) == called.shown(until).labels
    assert ("ring",) == called.labelled(["ring"]).shown(NOW).labels
    assert ("bot",) == called.labelled(["bot"]).shown(until).labels
