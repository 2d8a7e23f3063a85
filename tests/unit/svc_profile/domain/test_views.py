"""What is told of viewers: nobody more than they tell, no group that is as good as a name."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import ViewerMode
from svc_profile.domain.views import FEWEST, MOST_GROUPS, groups, told_as

VIEWERS = st.builds(lambda number: UserId(UUID(int=number)), st.integers(1, 12))


@given(mode=st.sampled_from(ViewerMode), to=st.sampled_from(ViewerMode))
def test_both_sides_are_respected(mode: ViewerMode, to: ViewerMode) -> None:
    """Names are told among those who tell theirs; who hides all is told nothing, and is told of to nobody."""
    told = told_as(mode, to=to)
    assert told_as(to, to=mode) is told
    assert (told is ViewerMode.NAMED) == (mode is to is ViewerMode.NAMED)
    assert (told is ViewerMode.ANONYMOUS) == (ViewerMode.ANONYMOUS in {mode, to})


@given(st.lists(st.tuples(VIEWERS, st.sampled_from(["Acorn", "Birch", "Cedar"])), max_size=60))
def test_groups_are_of_different_viewers(pairs: list[tuple[UserId, str]]) -> None:
    """However often one of them looked, or holds a position there."""
    told = groups(pairs)
    for name, count in told:
        assert FEWEST <= count == len({viewer for viewer, what in pairs if what == name})
    assert {name for name, _ in told} == {
        name for name in ("Acorn", "Birch", "Cedar") if len({who for who, what in pairs if what == name}) >= FEWEST
    }
    assert told == sorted(told, key=lambda one: -one[1])


def test_groups_are_few() -> None:
    """The largest alone."""
    pairs = [(UserId(UUID(int=who)), f"Company {number:02}") for number in range(20) for who in range(FEWEST + number)]
    assert [f"Company {number}" for number in range(19, 19 - MOST_GROUPS, -1)] == [name for name, _ in groups(pairs)]
