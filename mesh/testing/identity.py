"""Members, services, operators as tests need them: signed in without a profile service."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from mesh.auth import KeyRing, LocalKeys, ServiceCredentials, TokenSigner, role_keys
from mesh.auth.tokens import ACCESS_TTL
from mesh.clock import Clock
from mesh.embedded import free_port
from mesh.ids import uuid7
from mesh.settings import AuthSettings, Secret

_FAR = 4_102_444_800  # the year 2100
_ADMIN = "the admin token under test"

Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member with a good access token; pass `metadata` to a stub."""

    user_id: UUID
    session_id: UUID
    token: str

    @property
    def metadata(self) -> Metadata:
        """The metadata of this member's calls."""
        return (("authorization", f"Bearer {self.token}"),)


class TestIdentity:
    """Signs tokens with a key ring of its own, publishes the keys over HTTP like the profile service does.

    `settings` is what a service under test takes as its AuthSettings, with a key for each of `roles`. Call `close` at
    the end.
    """

    __test__ = False  # the name is not meant for pytest

    def __init__(
        self,
        folder: Path,
        clock: Clock | None = None,
        issuer: str = "https://guild.test",
        *,
        roles: Iterable[str] = ("edge",),
    ) -> None:
        self.ring_folder = folder
        self.ring = KeyRing(folder, clock)
        self.keys = LocalKeys(self.ring)
        self.signer = TokenSigner(self.ring, issuer, clock)
        self._clock = clock
        self._server = _publish(self.ring)
        private, public = folder.with_name(f"{folder.name}-roles"), folder.with_name(f"{folder.name}-public")
        for role in roles:
            role_keys.make(private, public, role)
        self.settings = AuthSettings(
            jwks_url=f"http://127.0.0.1:{self._server.server_address[1]}/.well-known/jwks.json",
            issuer=issuer,
            role_key_dir=private,
            role_public_keys_dir=public,
            admin_token=Secret(_ADMIN),
        )

    def sign_in(
        self,
        user_id: UUID | None = None,
        session_id: UUID | None = None,
        *,
        ttl: timedelta = ACCESS_TTL,
        stepped_up: bool = False,
    ) -> SignedIn:
        """Return a signed-in member, who has just proven it once more or not; a new one unless `user_id` says who."""
        user, session = user_id or uuid7(), session_id or uuid7()
        proven = {"stepped_up_until": _FAR} if stepped_up else {}
        return SignedIn(user, session, self.signer.access_token(user, session, ttl, **proven))

    def service_metadata(self, role: str, to: str = "profile") -> Metadata:
        """Return the metadata of a call by a role to the service `to`, on nobody's behalf."""
        return (("x-guild-service-token", ServiceCredentials(role, self.settings, self._clock).token(to)),)

    def admin_metadata(self) -> Metadata:
        """Return the metadata of an operator's call."""
        return (("x-admin-token", _ADMIN),)

    def close(self) -> None:
        """Stop publishing the keys."""
        self._server.shutdown()
        self._server.server_close()


def _publish(ring: KeyRing) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = orjson.dumps(ring.jwks())
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name the base class gives it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True, name="jwks").start()
    return server
