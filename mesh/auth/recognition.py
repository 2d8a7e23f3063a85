"""Everything a role needs to recognise its callers, put together from settings."""

from mesh.auth.authenticator import Authenticator
from mesh.auth.jwks import JwksSource, KeySource
from mesh.auth.revocation import Channel, Revocations
from mesh.auth.service_tokens import ServiceCredentials, ServiceVerifier
from mesh.auth.tokens import TokenVerifier
from mesh.cache import Cache
from mesh.clock import Clock, SystemClock
from mesh.settings import AuthSettings, RedisSettings


class Recognition:
    """One object for a composition root: start `parts` after the bus, hand `authenticator` to the pipeline.

    `keys` are fetched from `settings.jwks_url` unless given: the service that signs hands in LocalKeys.
    """

    def __init__(
        self,
        service: str,
        settings: AuthSettings,
        redis: RedisSettings,
        bus: Channel | None = None,
        *,
        keys: KeySource | None = None,
        clock: Clock | None = None,
    ) -> None:
        time = clock or SystemClock()
        source = keys or JwksSource(settings.jwks_url)
        cache = Cache(redis)  # of its own: revoked sessions are the one thing all services read under the same key
        self.credentials = ServiceCredentials(service, settings.service_key, time)
        self.revocations = Revocations(cache, bus)
        self.authenticator = Authenticator(
            TokenVerifier(source, settings.issuer, time),
            ServiceVerifier(settings.service_key, time),
            settings.admin_token,
            self.revocations.is_revoked,
        )
        fetched = (source,) if isinstance(source, JwksSource) else ()
        self.parts: tuple[JwksSource | Cache | Revocations, ...] = (*fetched, cache, self.revocations)
