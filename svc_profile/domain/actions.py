"""The audit log: what operators did, each under their own name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from svc_profile.domain.ids import UserId

KEEP = timedelta(days=1095)
"""How long the log is kept: as long as somebody may bring claims about what is in it."""


class ActionKind(StrEnum):
    """What was done, by the names of the contract."""

    RESTRICTED = "restricted"
    LIFTED = "lifted"
    FLAG_ASSIGNED = "flag_assigned"
    FLAG_LABELLED = "flag_labelled"
    FLAG_RESOLVED = "flag_resolved"
    CONTENT_REMOVED = "content_removed"
    CONTENT_RESTORED = "content_restored"
    APPEAL_RESOLVED = "appeal_resolved"
    SIGNING_KEY_ROTATED = "signing_key_rotated"
    FEED_REBUILT = "feed_rebuilt"
    CANARY_MARKED = "canary_marked"
    CANARY_UNMARKED = "canary_unmarked"
    MEMBER_EXPORTED = "member_exported"
    CAMPAIGN_REVIEWED = "campaign_reviewed"
    DEAD_LETTER_REPLAYED = "dead_letter_replayed"
    DEAD_LETTER_DISCARDED = "dead_letter_discarded"
    HELD_CONTENT_DECIDED = "held_content_decided"


@dataclass(frozen=True, slots=True)
class Action:
    """One line; `user_id` is the member it concerns, None where content has no known author."""

    id: UUID
    operator: str
    kind: ActionKind
    user_id: UserId | None
    target_id: UUID
    note: str
    at: datetime
