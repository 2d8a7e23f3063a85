"""A member's answer to a post with one tap; at most one for each post."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from svc_feed.domain.ids import UserId


class Reaction(StrEnum):
    """How."""

    LIKE = "like"
    CELEBRATE = "celebrate"
    SUPPORT = "support"
    LOVE = "love"
    INSIGHTFUL = "insightful"
    FUNNY = "funny"


@dataclass(frozen=True, slots=True)
class Reacted:
    """A post's count after a call; `already` when the caller had a reaction before it."""

    like_count: int
    already: bool


@dataclass(frozen=True, slots=True)
class GivenReaction:
    """Who reacted, how, when."""

    user_id: UserId
    reaction: Reaction
    at: datetime
