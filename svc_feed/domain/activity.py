"""Something that a member did with posts."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from svc_feed.domain.comment import SeenComment
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.tally import PostKey


class ActivityKind(StrEnum):
    """What."""

    POST = "post"
    SHARE = "share"
    COMMENT = "comment"
    REACTION = "reaction"


class Activity(NamedTuple):
    """When, and about which post: the own one, the own share, or the one that was answered."""

    kind: ActivityKind
    at: datetime
    post: PostKey
    comment: SeenComment | None = None
    reaction: Reaction | None = None
