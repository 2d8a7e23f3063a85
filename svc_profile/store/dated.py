"""A member in a list that says since when: of connections, follows, mutes, blocks."""

from datetime import datetime
from typing import NamedTuple

from svc_profile.domain.ids import UserId


class Dated(NamedTuple):
    """One row of such a list."""

    user_id: UserId
    since: datetime
