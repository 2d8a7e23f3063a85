"""Topics: what posts are about, and who follows it."""

from dataclasses import dataclass
from datetime import timedelta

from mesh.errors import FailedPrecondition

COUNTED = timedelta(days=30)
"""How old posts are that a topic counts."""
MOST_FOLLOWED = 200
"""Topics one member follows."""


class TooManyTopics(FailedPrecondition):
    """As many topics are followed as may be."""

    reason = "TOO_MANY_TOPICS"

    def __init__(self) -> None:
        super().__init__(f"a member follows {MOST_FOLLOWED} topics at the most: unfollow one first")


@dataclass(frozen=True, slots=True)
class Topic:
    """As one member sees it; `post_count` counts public posts of the last 30 days."""

    name: str
    post_count: int = 0
    follower_count: int = 0
    following: bool = False
