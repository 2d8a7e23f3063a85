"""A permission to fetch everything the network holds about a member."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mesh.errors import NotFound
from svc_profile.domain.ids import UserId

GOOD_FOR = timedelta(days=7)
BY_OPERATORS_FOR = timedelta(days=1)
"""How long an operator may fetch what they opened on a legal request."""


class ExportNotFound(NotFound):
    """The member has no such export, or it has expired."""

    reason = "EXPORT_NOT_FOUND"

    def __init__(self, export_id: UUID) -> None:
        super().__init__(f"export {export_id} does not exist", metadata={"exportId": str(export_id)})


@dataclass(frozen=True, slots=True)
class Export:
    """The archive itself is made when it is fetched."""

    user_id: UserId
    id: UUID
    created_at: datetime
    expires_at: datetime
