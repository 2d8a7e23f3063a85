"""What keeps the network clean: restrictions and the log of operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guild.trust.v1.trust_service_pb2_grpc import add_TrustServiceServicer_to_server
from mesh.data import Kept
from mesh.lifecycle import Part
from mesh.mail import Mailer
from mesh.service import Base
from svc_profile.config import Config
from svc_profile.rpc.restriction_servicer import RestrictionServicer
from svc_profile.store.actions import ACTIONS_SWEPT, ActionLog
from svc_profile.store.decisions import DECISIONS_SWEPT, DecisionRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.audit import Audit
from svc_profile.usecases.restriction_expiry import RestrictionExpiry
from svc_profile.usecases.restrictions import Restrictions
from svc_profile.usecases.sessions import Sessions
from svc_profile.usecases.trust_letters import TrustLetters

TRUST_SWEPT: tuple[Kept, ...] = (ACTIONS_SWEPT, DECISIONS_SWEPT)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the role serves of it, and runs beside."""

    servicers: Sequence[tuple[Any, Any]]
    after: Sequence[Part]


def trust(
    base: Base, config: Config, users: UserRepository, sessions: Sessions, changes: AccessChanges, mailer: Mailer
) -> Trust:
    """The rooms of trust, put together."""
    db, clock, decisions = base.db, base.clock, DecisionRepository()
    audit = Audit(db, ActionLog(), base.pager, clock)
    letters = TrustLetters(mailer, config.mail.public_url)
    restrictions = Restrictions(db, users, decisions, sessions, changes, audit, letters, base.pager, clock)
    return Trust(
        servicers=[(add_TrustServiceServicer_to_server, RestrictionServicer(restrictions, audit))],
        after=[RestrictionExpiry(db, decisions, restrictions, clock)],
    )
