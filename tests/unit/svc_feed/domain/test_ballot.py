"""Votes that are changed together are what they would be one after another."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from svc_feed.domain.ballot import Asked, Ballot
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.poll import Poll
from svc_feed.domain.tally import PostKey, Whose
from svc_feed.domain.visibility import Visibility

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POLL = Poll("tea?", ("yes", "no", "later"), NOW + timedelta(days=1))
POSTS = [PostKey(UserId(UUID(int=1)), PostId(UUID(int=number))) for number in (2, 3)]
WHOSE = [Whose(post, UserId(UUID(int=number))) for post in POSTS for number in (4, 5, 6)]
OPTIONS = st.integers(0, len(POLL.options) - 1)


def votes(chosen: dict[Whose, int], post: PostKey) -> list[int]:
    counted = Counter(option for whose, option in chosen.items() if whose.post == post)
    return [counted[n] for n in range(len(POLL.options))]


@given(
    st.dictionaries(st.sampled_from(WHOSE), OPTIONS), st.lists(st.tuples(st.sampled_from(WHOSE), st.none() | OPTIONS))
)
def test_together_as_one_by_one(stored: dict[Whose, int], changes: list[tuple[Whose, int | None]]) -> None:
    """Rows, counts and whether anything changed are those of the same votes given alone."""
    asked = {post: Asked(Visibility.PUBLIC, None, POLL, votes(stored, post)) for post in POSTS}
    ballot, chosen = Ballot(asked, dict(stored)), dict(stored)
    for whose, option in changes:
        changed = chosen.get(whose) != option
        if option is None:
            chosen.pop(whose, None)
        else:
            chosen[whose] = option
        assert changed == ballot.vote(whose, option, NOW)
        assert votes(chosen, whose.post) == ballot.votes(whose.post)
    written = {whose: option for whose, option in stored.items() if whose not in ballot.gone}
    assert chosen == written | {whose: option for whose, (option, _) in ballot.given.items()}
