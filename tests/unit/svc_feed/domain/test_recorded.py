"""Requests of the feed as they are recorded, ranked again and compared."""

import secrets
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.ids import uuid7
from svc_feed.domain.ids import PostId, RankingId, UserId, first_id_at
from svc_feed.domain.ranking import Given, Passed, ranked
from svc_feed.domain.recorded import RecordedRanking, UnreadableRecord, packed, pseudonymised
from svc_feed.domain.replay import Comparison, compared, tau
from svc_feed.domain.scoring import LINEAR, LOGARITHMIC, SCORINGS, Candidate, Growth, Scoring, Signals

AUTHORS = [UserId(uuid7()) for _ in range(6)]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = Scoring("plain", Growth.LINEAR, likes=0.0, comments=0.0, shares=0.0, affinity=0.0)
scorings = st.sampled_from([*SCORINGS.values()])
counts = st.integers(0, 60)


@st.composite
def requests(draw: st.DrawFn) -> RecordedRanking:
    """A request of a member who is one of the authors; many posts are of the same moment."""
    scoring, candidates = draw(scorings), list[Candidate]()
    for tail in draw(st.lists(st.integers(1, 2**40), max_size=130, unique=True)):
        at = draw(st.integers(0, 20)) * 60
        post = PostId(type(uuid7())(int=first_id_at(datetime.fromtimestamp(NOW.timestamp() - at, UTC)).int + tail))
        signals = Signals(NOW.timestamp() - at, draw(counts), draw(counts), draw(counts), draw(counts))
        candidates.append(Candidate(draw(st.sampled_from(AUTHORS)), post, signals))
    passed = {
        found.author_id.bytes + found.post_id.bytes: Passed(
            draw(st.booleans()), float(draw(st.integers(0, 1))), float(draw(st.integers(0, 4)))
        )
        for found in candidates[: draw(st.integers(0, 20))]
    }
    given = Given(candidates, passed, ranked(candidates, passed, scoring))
    return RecordedRanking.of(AUTHORS[0], RankingId(uuid7()), given, scoring.version, NOW)


@given(requests())
def test_a_request_is_ranked_again_as_it_was(request: RecordedRanking) -> None:
    """Byte for byte, also by what a file says of it, and by a file that knows nobody."""
    [stranger] = pseudonymised([request], secrets.token_bytes)
    read = RecordedRanking.read(orjson.loads(orjson.dumps(stranger.document())))
    assert request == RecordedRanking.read(orjson.loads(orjson.dumps(request.document())))
    assert stranger == read
    scoring = SCORINGS[request.scoring]
    assert request.repeats(scoring)
    assert read.repeats(scoring)
    known = {request.viewer_id, *AUTHORS} | {post for _, post, _ in request.candidates}
    assert not known & ({read.viewer_id} | {one for who, post, _ in read.candidates for one in (who, post)})
    assert compared(request, PLAIN) == compared(read, PLAIN)


def test_another_order_is_noticed() -> None:
    """One score that differs in its last bit is another order."""
    request = one_of([0, 1, 2])
    first, *others = request.order
    changed = first._replace(score=first.score + 2**-20)
    assert request.repeats(LINEAR)
    assert not RecordedRanking.read(request.document() | {"given": [[0, changed.score], [1, 1], [2, 0]]}).repeats(
        LINEAR
    )
    assert packed([first]) != packed([changed])
    assert packed([first, *others]) != packed([*others, first])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"candidates": None}, "not what was recorded"),
        ({"candidates": [["x", "y", {}, {}]]}, "not what was recorded"),
        ({"given": [[9, 1.0]]}, "not what was recorded"),
        ({"recorded_at": "yesterday"}, "not what was recorded"),
        ({"candidates": [[str(AUTHORS[0]), str(AUTHORS[1]), {"published_at": 1.0, "charm": 3}, {}]]}, "charm"),
        ({"candidates": [None] * 2_001}, "2,001 candidates"),
    ],
)
def test_what_is_no_request_is_refused(change: dict[str, object], why: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(UnreadableRecord, match=why):
        RecordedRanking.read(one_of([0, 1]).document() | change)
    with pytest.raises(UnreadableRecord, match="it has no 'given'"):
        RecordedRanking.read({key: value for key, value in one_of([0]).document().items() if key != "given"})


def test_a_signal_that_was_invented_later_is_zero() -> None:
    """What was recorded before it is read as it was ranked."""
    request = one_of([0])
    document = request.document()
    assert {"published_at"} == set(document["candidates"][0][2])
    assert request.candidates == RecordedRanking.read(document).candidates


def one_of(likes: list[int], *, mine: int = 0) -> RecordedRanking:
    """Posts of others, the newest first, with so many likes; the first `mine` are the reader's own."""
    candidates = [
        Candidate(
            AUTHORS[0] if at < mine else AUTHORS[1 + at % 5],
            PostId(uuid7(datetime.fromtimestamp(NOW.timestamp() - at * 60, UTC))),
            Signals(NOW.timestamp() - at * 60, count),
        )
        for at, count in enumerate(likes)
    ]
    given = Given(candidates, {}, ranked(candidates, {}, LINEAR))
    return RecordedRanking.of(AUTHORS[0], RankingId(uuid7()), given, LINEAR.version, NOW)


def test_a_comparison_says_what_moved() -> None:
    """The third post was first for its likes; by time alone it is behind the other two, and out of the first two."""
    together = Comparison(places=2)
    together.add(compared(one_of([0, 0, 50], mine=1), PLAIN, 2))
    assert (1, 3, 0, 0.5) == (together.requests, together.moved, together.unchanged, together.overlap)
    assert together.tau == pytest.approx(-1 / 3)
    shares = together.shares()
    assert {"own": (0.5, 0.5), "popular": (0.5, 0.0), "other": (0.0, 0.5)} == {
        name: share for name, share in shares.items() if any(share)
    }
    together.add(compared(one_of([0, 0]), PLAIN, 2))
    assert (2, 1, 0.75) == (together.requests, together.unchanged, together.overlap)


@given(requests(), st.integers(1, 30))
def test_the_same_ranking_changes_nothing(request: RecordedRanking, places: int) -> None:
    """However many places are compared."""
    change = compared(request, SCORINGS[request.scoring], places)
    assert (0, 1.0, 1.0) == (change.moved, change.overlap, change.tau)
    assert change.before == change.after
    assert min(places, len(request.order)) == change.before.total()


@given(st.permutations(range(12)))
def test_tau_counts_pairs(order: list[int]) -> None:
    """Held against its definition; 1 for the same order, -1 for the reverse."""
    posts = [PostId(first_id_at(datetime.fromtimestamp(at + 1, UTC))) for at in range(12)]
    other = [posts[at] for at in order]
    pairs = [(one, two) for one in range(12) for two in range(one)]
    alike = sum((order.index(one) > order.index(two)) * 2 - 1 for one, two in pairs)
    assert tau(posts, other) == pytest.approx(alike / len(pairs))
    assert (1.0, -1.0, 1.0) == (tau(posts, posts), tau(posts, posts[::-1]), tau(posts[:1], posts[:1]))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"charm": 1.0}, "has no charm"),
        ({"likes": None}, "likes is no number"),
        ({"likes": float("nan")}, "likes is no number"),
        ({"likes": True}, "likes is no number"),
        ({"growth": "square"}, "square"),
    ],
)
def test_a_ranking_of_a_file_is_looked_at(change: dict[str, object], why: str) -> None:
    """What is wrong with it is said; what is right ranks."""
    document = {"version": 3, "growth": "log2", "likes": 1, "comments": 2, "shares": 3, "affinity": 21_600}
    read = Scoring.read({**document, "doubling": 3_600})
    assert [LOGARITHMIC.score(one.signals) for one in one_of([1, 5]).candidates] == [
        read.score(one.signals) for one in one_of([1, 5]).candidates
    ]
    with pytest.raises(ValueError, match=why):
        Scoring.read({**document, **change})
    with pytest.raises(ValueError, match="lacks shares"):
        Scoring.read({name: value for name, value in document.items() if name != "shares"})
