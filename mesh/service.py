"""What every service role stands on, composed once: stores, bus, identity, pipeline, server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from guild.events.v1.envelope_pb2 import Envelope
from mesh.auth import (
    LONGEST_ACCESS,
    Authenticator,
    JwksSource,
    KeyRing,
    LocalKeys,
    Operators,
    Revocations,
    ServiceCredentials,
    ServiceVerifier,
    TokenVerifier,
)
from mesh.cache import Cache
from mesh.clock import Clock, SystemClock
from mesh.data import Consistency, Database, IdempotencyStore, Janitor, Kept, Pager, PageTokens
from mesh.events import Bus, Relay, Tail
from mesh.generations import Generations, Names
from mesh.lifecycle import AdminServer, App, Check, Part, Rounds, Route
from mesh.limits.charges import Charges
from mesh.limits.token_bucket import TokenBucket
from mesh.principal import Principal
from mesh.rpc.client import Peer
from mesh.rpc.pipeline import Pipeline, standard_pipeline
from mesh.rpc.server import RpcServer
from mesh.settings import (
    AuthSettings,
    DatabaseSettings,
    LimitSettings,
    NatsSettings,
    PeerSettings,
    RedisSettings,
    RpcSettings,
    Secret,
    ServerSettings,
    TelemetrySettings,
)

SESSION_ENDED = ("USERS", "session_revoked")
"""The event every process that knows members by their tokens hears; its key is the session."""

SWEEP_SECONDS = 60.0
"""How often each process sweeps its database; processes spread out."""

SHARED_PREFIX = "mesh:"
"""Redis keys every service reads: revoked sessions and rate-limit buckets belong to a caller, not to a service."""

ACCESS = Names("access")
"""Who may see what of whom: told by the service that decides it, kept by those that ask."""


@dataclass(frozen=True)
class ServiceConfig:
    """The settings every service has; a service's own Config extends it. Defaults run on a laptop."""

    rpc: RpcSettings = field(default_factory=RpcSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    peers: PeerSettings = field(default_factory=PeerSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    redis: RedisSettings = field(default_factory=RedisSettings)
    nats: NatsSettings = field(default_factory=NatsSettings)
    auth: AuthSettings = field(default_factory=AuthSettings)
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    page_token_secret: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable


class Base:
    """The parts of one role, built and not yet started; `app` puts them in start order around what the role adds."""

    def __init__(
        self,
        name: str,
        config: ServiceConfig,
        *,
        role: str | None = None,
        clock: Clock | None = None,
        keys: KeyRing | None = None,
    ) -> None:
        """Roles of one service share its `name`; `role` says which of them this is, where there is more than one."""
        self.name = name
        self.config = config
        self.clock = clock or SystemClock()
        self.db = Database(config.database, clock=self.clock)
        self.cache = Cache(config.redis, prefix=f"{name}:")
        self.shared_cache = Cache(config.redis, prefix=SHARED_PREFIX)
        self.generations = Generations(self.shared_cache)
        self.bus = Bus(config.nats)
        self.page_tokens = PageTokens(config.page_token_secret)
        self.pager = Pager(self.page_tokens)
        self.consistency = Consistency(name, self.db, self.page_tokens)
        self.credentials = ServiceCredentials(role or name, config.auth, self.clock)
        self._ended = Tail(self.bus, *SESSION_ENDED, self._hear_ended, back=LONGEST_ACCESS)
        self.revocations = Revocations(
            self.shared_cache, heard_all=self._ended.caught_up, reachable=lambda: self.bus.connected
        )
        self._key_source = LocalKeys(keys) if keys else JwksSource(config.auth.jwks_url, config.peers)
        self.authenticator = Authenticator(
            TokenVerifier(self._key_source, config.auth.issuer, self.clock),
            ServiceVerifier(name, config.auth, self.clock),
            Operators(config.auth),
        )
        self.limiter = TokenBucket(self.shared_cache, config.limits.profile)
        self.charges = Charges(self.limiter)
        self.myself = Principal(service=role or name)
        """Who acts when this role does something on its own behalf: `with acting_as(base.myself)`."""
        self._peers: list[Peer] = []

    def _hear_ended(self, envelope: Envelope) -> None:
        self.revocations.hear(UUID(envelope.key))

    def peer(self, name: str, address: str) -> Peer:
        """A client of another service, started and stopped with this role."""
        peer = Peer(
            address, name=name, engine=self.config.rpc.engine, credentials=self.credentials, tls=self.config.peers
        )
        self._peers.append(peer)
        return peer

    def pipeline(self) -> Pipeline:
        """The concerns around every method of this role."""
        return standard_pipeline(
            authenticate=self.authenticator.recognise,
            limiter=self.limiter,
            sessions=self.revocations,
            idempotency_store=IdempotencyStore(self.db),
            max_reply_bytes=self.config.server.max_message_bytes,
            trusts=self.authenticator.knows_service,
            recorded_share=self.config.telemetry.recorded_share,
            consistency=self.consistency,
        )

    def app(
        self,
        *,
        servicers: Sequence[tuple[Any, Any]] = (),
        before: Sequence[Part] = (),
        after: Sequence[Part] = (),
        relay: bool = True,
        swept: Sequence[Kept] = (),
        routes: Mapping[str, Route] | None = None,
        checks: Mapping[str, Check] | None = None,
    ) -> App:
        """The role as a program.

        `before` starts ahead of the server (hashing pools), `after` once calls are served (consumers). A role without
        servicers has no gRPC server. `relay` publishes the outbox of this role's database, and sweeps out what is past
        its time there; of the service's own rows that is what `swept` names.
        """
        admin = AdminServer(self.config.server, routes=routes)
        parts: list[Part] = [admin, self.db, self.cache, self.shared_cache, self.bus]
        needed: dict[str, Check] = {"database": self.db.check}
        parts += [*self._peers, *before]
        if servicers:
            parts.append(self._ended)
            needed["sessions"] = self.revocations.check
            if isinstance(self._key_source, JwksSource):
                parts.append(self._key_source)
                needed["keys"] = self._key_source.check
            parts.append(RpcServer(self.config.server, servicers, self.pipeline(), engine=self.config.rpc.engine))
        if relay:
            parts += [
                Relay(self.db, self.bus, self.name),
                Rounds("janitor", Janitor(self.db, also=swept).sweep, SWEEP_SECONDS, jitter=0.5, at_once=False),
            ]
        parts += after
        return App(
            self.name,
            parts,
            checks={**needed, **(checks or {})},
            missed={"cache": self.cache.check, "bus": self.bus.check},
        )
