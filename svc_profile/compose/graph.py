"""Who is connected with whom: requests, connections, follows, blocks, lists, suggestions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from guild.graph.v1.connection_service_pb2_grpc import add_ConnectionServiceServicer_to_server
from mesh.lifecycle import Part, Rounds
from mesh.service import ACCESS, Base
from svc_profile.config import Config
from svc_profile.rpc.audience_list_servicer import AudienceListServicer
from svc_profile.rpc.audit_servicer import AuditServicer
from svc_profile.rpc.connection_servicer import ConnectionServicer
from svc_profile.rpc.degree_servicer import DegreeServicer
from svc_profile.rpc.follow_servicer import FollowServicer
from svc_profile.rpc.quiet_servicer import QuietServicer
from svc_profile.rpc.suggestion_servicer import SuggestionServicer
from svc_profile.store.audience_lists import AudienceListRepository
from svc_profile.store.blocks import BlockRepository
from svc_profile.store.books import BookRepository
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.endorsements import EndorsementRepository
from svc_profile.store.follows import FollowRepository
from svc_profile.store.invitations import InvitationHistory
from svc_profile.store.mirrors import MirrorRepository
from svc_profile.store.mutes import MuteRepository
from svc_profile.store.recommendations import RecommendationRepository
from svc_profile.store.suggestions import SuggestionRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.access_changes import AccessChanges
from svc_profile.usecases.audience_lists import AudienceLists
from svc_profile.usecases.challenges import Challenges
from svc_profile.usecases.connection_lists import ConnectionLists
from svc_profile.usecases.connection_writes import ConnectionWrites
from svc_profile.usecases.connections import Connections
from svc_profile.usecases.degrees import Degrees
from svc_profile.usecases.follows import Follows
from svc_profile.usecases.graph_audit import GraphAudit
from svc_profile.usecases.invitation_budget import InvitationBudgets, Invitations
from svc_profile.usecases.invitation_expiry import EVERY_SECONDS, InvitationExpiry
from svc_profile.usecases.known_access import KnownAccess
from svc_profile.usecases.known_people import KnownPeople
from svc_profile.usecases.partings import Partings
from svc_profile.usecases.quiet import Quiet
from svc_profile.usecases.signals import Signals
from svc_profile.usecases.suggestions import Suggestions


@dataclass(frozen=True, slots=True)
class Graph:
    """What the role serves of it, and runs beside."""

    servicers: Sequence[tuple[Any, Any]]
    after: Sequence[Part]


def graph(
    base: Base,
    config: Config,
    users: UserRepository,
    stored: ConnectionRepository,
    *,
    endorsements: EndorsementRepository,
    recommendations: RecommendationRepository,
    changes: AccessChanges,
    degrees: Degrees,
    challenges: Challenges,
    budgets: InvitationBudgets,
    signals: Signals,
) -> Graph:
    """The rooms of the graph, put together."""
    db, clock, pager, access = base.db, base.clock, base.pager, degrees.access
    blocks, follows, audiences = BlockRepository(), FollowRepository(), AudienceListRepository()
    cooldown, kind = timedelta(days=config.request_cooldown_days), challenges.kind
    partings, past = Partings(endorsements, recommendations, audiences, clock), InvitationHistory()
    writes = ConnectionWrites(db, stored, follows, access, changes, partings, past, clock, challenge=kind)
    connections = Connections(db, stored, blocks, follows, access, changes, writes, partings, clock, cooldown)
    inviting = Invitations(connections, budgets, challenges, signals)
    known = KnownAccess(db, access, users, BookRepository(), base.generations, ACCESS)
    people = KnownPeople(db, users, access, known)
    lists = ConnectionLists(db, stored, access, degrees.network, people, pager, clock)
    suggestions = Suggestions(db, degrees.network, SuggestionRepository(), access, people, base.page_tokens, clock)
    waiting = InvitationExpiry(db, stored, writes, clock)
    servicers = (
        ConnectionServicer(connections, inviting, lists, known, cooldown),
        FollowServicer(Follows(db, stored, follows, access, changes, pager, clock)),
        QuietServicer(Quiet(db, blocks, MuteRepository(), access, changes, pager, clock)),
        AudienceListServicer(AudienceLists(db, users, stored, audiences, access, changes, pager, clock)),
        DegreeServicer(degrees),
        SuggestionServicer(suggestions),
        AuditServicer(GraphAudit(db, MirrorRepository(), degrees.network, pager)),
    )
    return Graph(
        servicers=[(add_ConnectionServiceServicer_to_server, one) for one in servicers],
        after=[Rounds("invitation_expiry", waiting.expire, EVERY_SECONDS)],
    )
