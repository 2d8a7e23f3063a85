"""Whose turn it is to react, and how."""

from bench.targets.reactions import Fan, GrpcReactions, turn
from guild.feed.v1.post_pb2 import REACTION_CELEBRATE, REACTION_LIKE


def test_each_turn_changes_the_row() -> None:
    """Nobody reacts twice in the same way in a row, which would write nothing."""
    fans = [Fan("a", "1"), Fan("b", "2")]

    turns = [turn(fans, number) for number in range(4)]

    assert [fans[0], fans[1], fans[0], fans[1]] == [fan for fan, _ in turns]
    assert [REACTION_LIKE, REACTION_LIKE, REACTION_CELEBRATE, REACTION_CELEBRATE] == [way for _, way in turns]


def test_tokens_do_not_show_in_logs() -> None:
    """What a traceback prints of a target has no token in it."""
    assert "secret" not in repr(GrpcReactions("127.0.0.1:1", (Fan("secret", "1"),)))
