"""Mentions lie within a text, apart from each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.ids import UserId, uuid7
from svc_feed.domain.mention import MOST_MENTIONS, Mention, MentionInvalid, mentions_of

ANN = UserId(uuid7())


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=MOST_MENTIONS), st.randoms())
def test_places_are_counted_in_code_points(parts: list[tuple[int, int]], order: object) -> None:
    """Whatever plane they are of; given in any order, they come back in that of the text."""
    text, mentions = "", list[Mention]()
    for gap, length in parts:
        text += "é" * gap
        mentions.append(Mention(ANN, len(text), length))
        text += "👩" * length
    shuffled = list(mentions)
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    assert tuple(mentions) == mentions_of(text, shuffled)


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param([(3, 4)], id="behind the end"),
        pytest.param([(0, 2), (1, 2)], id="over another one"),
        pytest.param([(0, 0)], id="of nothing"),
        pytest.param([(-1, 2)], id="before the text"),
        pytest.param([(4, 1)], id="of a blank"),
        pytest.param([(0, 1)] * 31, id="too many"),
    ],
)
def test_other_places_are_refused(spans: list[tuple[int, int]]) -> None:
    """With what is wrong about them."""
    with pytest.raises(MentionInvalid):
        mentions_of("👩bcd f", [Mention(ANN, *span) for span in spans])
