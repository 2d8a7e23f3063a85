"""A member's answer to a post with one tap; at most one for each post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from svc_feed.domain.ids import UserId


class Reaction(StrEnum):
    """How; counts by kind are kept in this order, so that a new kind comes last."""

    __hash__ = str.__hash__  # Enum's own is a function of Python's, and feeds find what they wrote before by these

    LIKE = "like"
    CELEBRATE = "celebrate"
    SUPPORT = "support"
    LOVE = "love"
    INSIGHTFUL = "insightful"
    FUNNY = "funny"


def commonest(counts: Sequence[int]) -> list[tuple[Reaction, int]]:
    """Counts in the order of `Reaction`, of which the last may be missing, as those given at all, commonest first."""
    given = [(kind, count) for kind, count in zip(Reaction, counts, strict=False) if count]
    return sorted(given, key=lambda one: -one[1])


@dataclass(frozen=True, slots=True)
class Reacted:
    """The count of a post or comment after a call; `already` when the caller had a reaction before it."""

    like_count: int
    already: bool


@dataclass(frozen=True, slots=True)
class GivenReaction:
    """Who reacted, how, when."""

    user_id: UserId
    reaction: Reaction
    at: datetime
