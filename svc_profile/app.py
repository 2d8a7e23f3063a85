"""The composition root of the profile service: the only module that knows everyone."""

from datetime import timedelta

from guild.auth.v1.auth_service_pb2_grpc import add_AuthServiceServicer_to_server
from guild.graph.v1.connection_service_pb2_grpc import add_ConnectionServiceServicer_to_server
from guild.profile.v1.profile_service_pb2_grpc import add_ProfileServiceServicer_to_server
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceServicer, add_TrustServiceServicer_to_server
from mesh.auth import KeyRing, Passwords, TokenSigner
from mesh.lifecycle import App
from mesh.service import Base
from svc_profile.config import Config
from svc_profile.rpc.auth_servicer import AuthServicer
from svc_profile.rpc.connection_servicer import ConnectionServicer
from svc_profile.rpc.jwks_route import jwks_route
from svc_profile.rpc.profile_servicer import ProfileServicer
from svc_profile.store.connections import ConnectionRepository
from svc_profile.store.credentials import CredentialsRepository
from svc_profile.store.login_failures import LoginFailures
from svc_profile.store.sessions import SessionRepository
from svc_profile.store.users import UserRepository
from svc_profile.usecases.accept_connection import AcceptConnection
from svc_profile.usecases.batch_get_users import BatchGetUsers
from svc_profile.usecases.change_connection import ChangeConnection
from svc_profile.usecases.check_access import CheckAccess
from svc_profile.usecases.end_session import EndSession
from svc_profile.usecases.get_user import GetUser
from svc_profile.usecases.list_connections import ListConnections
from svc_profile.usecases.list_mutual_connections import ListMutualConnections
from svc_profile.usecases.list_pending_requests import ListPendingRequests
from svc_profile.usecases.login import Login
from svc_profile.usecases.login_throttle import LoginThrottle
from svc_profile.usecases.logout import Logout
from svc_profile.usecases.open_session import OpenSession
from svc_profile.usecases.refresh_session import RefreshSession
from svc_profile.usecases.register import Register
from svc_profile.usecases.reject_connection import RejectConnection
from svc_profile.usecases.remove_connection import RemoveConnection
from svc_profile.usecases.request_connection import RequestConnection
from svc_profile.usecases.stream_connection_ids import StreamConnectionIds
from svc_profile.usecases.update_user import UpdateUser
from svc_profile.usecases.withdraw_request import WithdrawRequest


def build(config: Config) -> App:
    """The profile service, ready to start."""
    keys = KeyRing(config.signing_keys_dir)
    base = Base("profile", config, keys=keys)
    passwords = Passwords(config.hashing_cost)
    return base.app(
        servicers=[
            (add_AuthServiceServicer_to_server, _auth(base, config, keys, passwords)),
            (add_ProfileServiceServicer_to_server, _profile(base)),
            (add_ConnectionServiceServicer_to_server, _connections(base, config)),
            (add_TrustServiceServicer_to_server, TrustServiceServicer()),
        ],
        before=[passwords],
        routes={"/.well-known/jwks.json": jwks_route(keys)},
    )


def _auth(base: Base, config: Config, keys: KeyRing, passwords: Passwords) -> AuthServicer:
    db, clock, users, sessions = base.db, base.clock, UserRepository(), SessionRepository()
    access_ttl = timedelta(minutes=config.access_token_minutes)
    open_session = OpenSession(sessions, TokenSigner(keys, config.auth.issuer, clock), access_ttl)
    end_session = EndSession(db, sessions, base.revocations, access_ttl, clock)
    throttle = LoginThrottle(LoginFailures(base.cache))
    credentials = CredentialsRepository()
    return AuthServicer(
        register=Register(db, users, credentials, open_session, passwords, clock),
        login=Login(db, users, credentials, open_session, passwords, throttle, clock),
        refresh=RefreshSession(db, users, sessions, open_session, end_session, clock),
        logout=Logout(end_session),
        keys=keys,
    )


def _profile(base: Base) -> ProfileServicer:
    users, connections = UserRepository(), ConnectionRepository()
    return ProfileServicer(
        get_user=GetUser(base.db, users, connections),
        batch_get_users=BatchGetUsers(base.db, users),
        update_user=UpdateUser(base.db, users, base.clock),
    )


def _connections(base: Base, config: Config) -> ConnectionServicer:
    db, tokens, users, connections = base.db, base.page_tokens, UserRepository(), ConnectionRepository()
    change = ChangeConnection(db, connections, base.clock)
    return ConnectionServicer(
        request=RequestConnection(change, users, cooldown=timedelta(days=config.request_cooldown_days)),
        accept=AcceptConnection(change),
        reject=RejectConnection(change),
        withdraw=WithdrawRequest(change),
        remove=RemoveConnection(change),
        list_connections=ListConnections(db, users, connections, base.pager),
        list_pending=ListPendingRequests(db, users, connections, base.pager),
        list_mutual=ListMutualConnections(db, users, connections, tokens),
        check_access=CheckAccess(db, users, connections),
        stream_ids=StreamConnectionIds(db, connections),
    )
