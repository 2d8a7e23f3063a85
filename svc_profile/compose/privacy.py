"""What members may take along and leave behind: exports, closed accounts, erasures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from guild.privacy.v1.privacy_service_pb2_grpc import add_PrivacyServiceServicer_to_server
from guild.profile.v1.profile_service_pb2_grpc import add_ProfileServiceServicer_to_server
from mesh.clock import Clock
from mesh.data import Database, Kept, Record, Transaction
from mesh.lifecycle import Part, Rounds
from mesh.privacy import ERASED_ROWS_SWEPT, PersonalData, personal_data
from mesh.rpc.client import Peer
from mesh.service import Base
from svc_profile.config import Config
from svc_profile.domain.connection import Pair
from svc_profile.peers.personal_data import RemotePersonalData
from svc_profile.rpc.leaving_servicer import LeavingServicer
from svc_profile.rpc.member_export_servicer import MemberExportServicer
from svc_profile.rpc.privacy_servicer import PrivacyServicer
from svc_profile.store.actions import ActionLog
from svc_profile.store.erasures import ERASURES_SWEPT, ErasureRepository
from svc_profile.store.exports import EXPORTS_SWEPT, ExportRepository
from svc_profile.store.personal import HISTORY_SWEPT, RULES
from svc_profile.store.tables import connections
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.account_mail import AccountMail
from svc_profile.usecases.audit import Audit
from svc_profile.usecases.closing import Closing
from svc_profile.usecases.erasing import EVERY_SECONDS, Erasing, Holder
from svc_profile.usecases.exports import Exports
from svc_profile.usecases.member_exports import MemberExports
from svc_profile.usecases.password_proof import PasswordProof
from svc_profile.usecases.sessions import Sessions

PRIVACY_SWEPT: tuple[Kept, ...] = (HISTORY_SWEPT, ERASED_ROWS_SWEPT, EXPORTS_SWEPT, *ERASURES_SWEPT)


@dataclass(frozen=True, slots=True)
class PrivacyRooms:
    """What the role serves of it, and runs beside."""

    servicers: Sequence[tuple[Any, Any]]
    after: Sequence[Part]


def own_data(db: Database, clock: Clock, changes: AccessChanges) -> PersonalData:
    """This service's part; with a connection go the verdicts that were given by it."""

    async def void(tx: Transaction, gone: Sequence[Record]) -> None:
        changes.connected(tx, *(Pair.of(row["user_id"], row["connected_user_id"]) for row in gone))

    return PersonalData(db, RULES, clock, settle={connections: void})


def privacy(
    base: Base,
    config: Config,
    users: UserRepository,
    sessions: Sessions,
    proof: PasswordProof,
    mail: AccountMail,
    changes: AccessChanges,
    *,
    peers: Mapping[str, Peer],
    audit: Audit,
) -> PrivacyRooms:
    """The rooms of privacy, put together; the other services are asked before this one, which knows who it is about."""
    db, clock, erasures = base.db, base.clock, ErasureRepository()
    own = own_data(db, clock, changes)
    others = {name: RemotePersonalData(peer.channel) for name, peer in peers.items()}
    holders: Mapping[str, Holder] = {**others, "profile": own}
    grace = timedelta(days=config.erasure_grace_days)
    closing = Closing(db, users, erasures, sessions, proof, mail, changes, clock, grace)
    exports = Exports(db, users, ExportRepository(), holders, base.myself, clock)
    for_operators = MemberExports(db, users, ActionLog(), audit, exports, clock)
    erasing = Erasing(db, erasures, holders, base.myself, clock)
    return PrivacyRooms(
        servicers=[
            (add_PrivacyServiceServicer_to_server, PrivacyServicer(exports, closing)),
            (add_PrivacyServiceServicer_to_server, MemberExportServicer(for_operators)),
            (add_ProfileServiceServicer_to_server, LeavingServicer(exports, closing)),
            personal_data(own),
        ],
        after=[Rounds("erasures", erasing.round, EVERY_SECONDS)],
    )
