"""The identifiers of this service: UUIDv7 under names that types can tell apart."""

from typing import NewType
from uuid import UUID

UserId = NewType("UserId", UUID)
CompanyId = NewType("CompanyId", UUID)
JobId = NewType("JobId", UUID)
ApplicationId = NewType("ApplicationId", UUID)
