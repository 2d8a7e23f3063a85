"""The life of a recommendation."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from svc_profile.domain.ids import UserId
from svc_profile.domain.recommendation import Recommendation, RecommendationNotWritten, Relationship, State, Tie

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
COLLEAGUE, MANAGER = Tie(Relationship.COLLEAGUE), Tie(Relationship.MANAGER)
REQUEST = Recommendation(UserId(UUID(int=1)), UserId(UUID(int=2)), COLLEAGUE, NOON, note="please")


@pytest.mark.parametrize("state", list(State))
def test_other_words_go_back_to_review(state: State) -> None:
    """Whether it was asked for, shown or hidden; another relationship is another word, too."""
    before = REQUEST if state is State.REQUESTED else REQUEST.written("good", COLLEAGUE, NOON).made_visible(shown=True)
    later = NOON + timedelta(days=1)
    for text, tie in (("better", COLLEAGUE), (before.text or "x", MANAGER)):
        after = before.written(text, tie, later)
        assert (State.IN_REVIEW, text, tie, later, NOON) == (
            after.state,
            after.text,
            after.tie,
            after.written_at,
            after.created_at,
        )


def test_the_same_words_change_nothing() -> None:
    """Blanks around them are none of them."""
    shown = REQUEST.written("good", COLLEAGUE, NOON).made_visible(shown=True)
    assert shown is shown.written(" good ", COLLEAGUE, NOON + timedelta(days=1))


def test_its_recipient_shows_and_hides_what_is_written() -> None:
    """A mere request has nothing to show."""
    written = REQUEST.written("good", COLLEAGUE, NOON)
    assert [State.SHOWN, State.HIDDEN] == [written.made_visible(shown=shown).state for shown in (True, False)]
    with pytest.raises(RecommendationNotWritten):
        REQUEST.made_visible(shown=True)
