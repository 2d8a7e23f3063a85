"""What keeps the network clean: reports, flags, restrictions, appeals, the log of operators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_PROFILE
from guild.operations.v1.operations_service_pb2_grpc import add_OperationsServiceServicer_to_server
from guild.trust.v1.trust_service_pb2_grpc import add_TrustServiceServicer_to_server
from mesh.authorship import content_authors
from mesh.data import Kept
from mesh.lifecycle import Part, Rounds
from mesh.mail import Mailer
from mesh.rpc.client import Peer
from mesh.service import Base
from svc_profile.config import ChallengeSettings, Config
from svc_profile.peers.captcha import Captcha
from svc_profile.peers.content_authors import ContentAuthors
from svc_profile.rpc.appeal_servicer import AppealServicer
from svc_profile.rpc.canary_servicer import CanaryServicer
from svc_profile.rpc.challenge_servicer import ChallengeServicer
from svc_profile.rpc.flag_servicer import FlagServicer
from svc_profile.rpc.operations_servicer import OperationsServicer
from svc_profile.rpc.restriction_servicer import RestrictionServicer
from svc_profile.store.actions import ACTIONS_SWEPT, ActionLog
from svc_profile.store.appeals import APPEALS_SWEPT, AppealRepository
from svc_profile.store.canaries import CanaryRepository
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.decisions import DECISIONS_SWEPT, DecisionRepository
from svc_profile.store.flags import FLAGS_SWEPT, FlagRepository
from svc_profile.store.invitations import InvitationHistory
from svc_profile.store.reports import REPORTS_SWEPT, ReportRepository
from svc_profile.store.spent_challenges import SpentChallenges
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access import Access
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.appeals import Appeals
from svc_profile.usecases.audit import Audit
from svc_profile.usecases.canaries import EVERY_SECONDS as CANARIES_AGAIN
from svc_profile.usecases.canaries import Canaries, CurrentCanaries
from svc_profile.usecases.challenges import Challenges
from svc_profile.usecases.dead_letters import DeadLetters
from svc_profile.usecases.flags import Flags
from svc_profile.usecases.invitation_budget import InvitationBudgets
from svc_profile.usecases.reports import Reports
from svc_profile.usecases.restriction_expiry import EVERY_SECONDS, RestrictionExpiry
from svc_profile.usecases.restrictions import Restrictions
from svc_profile.usecases.sessions import Sessions
from svc_profile.usecases.trust_letters import TrustLetters
from svc_profile.usecases.users import Users

TRUST_SWEPT: tuple[Kept, ...] = (ACTIONS_SWEPT, APPEALS_SWEPT, DECISIONS_SWEPT, FLAGS_SWEPT, REPORTS_SWEPT)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the role serves of it, runs beside, asks before somebody invites, and tells of suspicions."""

    budgets: InvitationBudgets
    flags: Flags
    audit: Audit
    canaries: CurrentCanaries
    servicers: Sequence[tuple[Any, Any]]
    before: Sequence[Part]
    after: Sequence[Part]


def challenging(base: Base, settings: ChallengeSettings) -> Challenges:
    """What asks callers whether they are robots."""
    captcha = None
    if settings.captcha_url:
        away = settings.captcha_open_when_away
        captcha = Captcha(settings.captcha_site_key, settings.captcha_url, settings.captcha_secret, open_when_away=away)
    return Challenges(base.page_tokens, SpentChallenges(base.cache), captcha, settings.bits, base.clock)


def trust(
    base: Base,
    config: Config,
    users: UserRepository,
    sessions: Sessions,
    access: Access,
    changes: AccessChanges,
    mailer: Mailer,
    *,
    challenges: Challenges,
    profiles: Users,
    connections: ConnectionRepository,
    peers: Mapping[str, Peer],
) -> Trust:
    """The rooms of trust, put together."""
    db, clock, decisions = base.db, base.clock, DecisionRepository()
    audit = Audit(db, ActionLog(), base.pager, clock)
    letters = TrustLetters(mailer, config.mail.public_url)
    restrictions = Restrictions(db, users, decisions, sessions, changes, audit, letters, clock)
    flags, reports = FlagRepository(), ReportRepository()
    authors = ContentAuthors({name: peer.channel for name, peer in peers.items()})
    reporting = Reports(db, reports, flags, access, authors, base.pager, clock)
    flagging = Flags(db, flags, reports, users, decisions, restrictions, audit, letters, base.pager, clock)
    appeals = Appeals(db, users, decisions, AppealRepository(), restrictions, audit, letters, base.pager, clock)
    current = CurrentCanaries(db, CanaryRepository())
    canaries = Canaries(db, users, profiles, connections, CanaryRepository(), current, audit, base.pager, clock)
    expiry = RestrictionExpiry(db, decisions, restrictions, clock)
    letters = DeadLetters(db, base.bus, audit, base.page_tokens)
    servicers = (
        RestrictionServicer(restrictions, audit),
        FlagServicer(flagging, reporting),
        AppealServicer(appeals),
        ChallengeServicer(challenges),
        CanaryServicer(canaries),
    )
    return Trust(
        budgets=InvitationBudgets(db, InvitationHistory(), flagging, clock),
        flags=flagging,
        audit=audit,
        canaries=current,
        servicers=[
            *((add_TrustServiceServicer_to_server, one) for one in servicers),
            (add_OperationsServiceServicer_to_server, OperationsServicer(letters)),
            content_authors({CONTENT_KIND_PROFILE: reporting.of_profile}),
        ],
        before=[
            *([challenges.captcha] if challenges.captcha else []),
            Rounds("canaries", current.refresh, CANARIES_AGAIN),
        ],
        after=[Rounds("restriction_expiry", expiry.expire, EVERY_SECONDS)],
    )
