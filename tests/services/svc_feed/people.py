"""A profile service that says what a test wants it to say about people, also what real ones do not offer yet."""

# ruff: noqa: ARG002 - the generated signatures have more than some methods need

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from guild.common.v1.person_pb2 import Person
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1 import follow_pb2
from guild.graph.v1.connection_service_pb2_grpc import (
    ConnectionServiceServicer,
    add_ConnectionServiceServicer_to_server,
)
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer, add_ProfileServiceServicer_to_server
from guild.profile.v1.user_pb2 import User
from guild.trust.v1 import moderation_pb2 as moderation
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceServicer, add_TrustServiceServicer_to_server
from mesh.auth import Authenticator, Operators, ServiceVerifier, TokenVerifier
from mesh.lifecycle import App
from mesh.rpc.pipeline import standard_pipeline
from mesh.rpc.server import RpcServer
from mesh.settings import ServerSettings
from mesh.testing import TestIdentity

CONNECTED = {"1st", "listed"}
THE_LIST = "01890000-0000-7000-8000-000000000001"
"""The one audience list of everybody."""

UNSEEN = {"blocked", "restricted", "unknown"}


class People(ConnectionServiceServicer, ProfileServiceServicer, TrustServiceServicer):
    """One `owner` to whom each viewer stands in a relation; everybody else may see all of each other."""

    def __init__(self) -> None:
        self.address = ""
        self.owner = ""
        self.relations: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.silenced: set[str] = set()
        self.muted: set[str] = set()
        self.connections: list[str] = []
        self.asked: Counter[str] = Counter()

    async def CheckAccess(self, request: Any, context: Any) -> Any:
        self.asked["CheckAccess"] += 1
        return graph.CheckAccessResponse(
            verdicts=[
                self._verdict(question.viewer_id, owner)
                for question in request.questions
                for owner in question.owner_ids
            ]
        )

    async def HasAudienceList(self, request: Any, context: Any) -> Any:
        return graph.HasAudienceListResponse(found=request.list_id == THE_LIST)

    async def StreamConnectionIds(self, request: Any, context: Any) -> AsyncIterator[Any]:
        """Whoever asks is told of the owner: a feed holds what its reader may have lost the right to see."""
        yield graph.StreamConnectionIdsResponse(user_ids=[self.owner, *self.connections])

    async def StreamFollowedIds(self, request: Any, context: Any) -> AsyncIterator[Any]:
        """As above: a feed is made of whom its reader follows, as if all were connections."""
        ids = [self.owner, *self.connections]
        yield follow_pb2.StreamFollowedIdsResponse(user_ids=ids, connected=[True] * len(ids))

    async def StreamFollowerIds(self, request: Any, context: Any) -> AsyncIterator[Any]:
        """The same to the others."""
        yield follow_pb2.StreamFollowerIdsResponse(user_ids=[self.owner, *self.connections])

    async def BatchGetUsers(self, request: Any, context: Any) -> Any:
        return profiles.BatchGetUsersResponse(users=[Person(id=user_id, name="N") for user_id in request.user_ids])

    async def GetUser(self, request: Any, context: Any) -> Any:
        return profiles.GetUserResponse(user=User(id=request.user_id, name="P"))

    async def RecordAction(self, request: Any, context: Any) -> Any:
        return moderation.RecordActionResponse()

    def _verdict(self, viewer: str, owner: str) -> Any:
        relation = self.relations.get(viewer, "stranger") if owner == self.owner else "stranger"
        if viewer == owner:
            relation = "self"
        seen = relation not in UNSEEN and owner not in self.hidden
        close = seen and relation in {"self", *CONNECTED}
        return graph.AccessVerdict(
            viewer_id=viewer,
            owner_id=owner,
            may_see_profile=seen,
            may_see_public=seen and (viewer == owner or owner not in self.silenced),
            may_see_connections_posts=close,
            connected=seen and relation in CONNECTED,
            may_see_second_degree_posts=close or (seen and relation == "2nd"),
            is_self=relation == "self",
            muted=owner in self.muted,
            list_ids=[THE_LIST] if relation == "listed" else [],
        )


def serve_people(people: People, identity: TestIdentity) -> App:
    """The stand-in as a program that knows who calls."""
    auth = identity.settings
    authenticate = Authenticator(
        TokenVerifier(identity.keys, auth.issuer), ServiceVerifier("profile", auth), Operators(auth)
    )
    servicers = [
        (add_ConnectionServiceServicer_to_server, people),
        (add_ProfileServiceServicer_to_server, people),
        (add_TrustServiceServicer_to_server, people),
    ]
    return App("profile", [RpcServer(ServerSettings(), servicers, standard_pipeline(authenticate, None))])
