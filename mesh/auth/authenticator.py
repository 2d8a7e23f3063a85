"""Turn the metadata of a call into a Principal."""

from collections.abc import Awaitable, Iterable

from mesh.auth.errors import TokenInvalid
from mesh.auth.operators import Operators
from mesh.auth.service_tokens import ServiceVerifier
from mesh.auth.tokens import Claims, TokenVerifier
from mesh.errors import Unauthenticated
from mesh.principal import ANONYMOUS, EDGE, Principal

AUTHORIZATION = "authorization"
SERVICE_TOKEN = "x-guild-service-token"  # noqa: S105 -- the name of a header
ADMIN_TOKEN = "x-admin-token"  # noqa: S105 -- the name of a header
CLIENT_ADDRESS = "x-guild-client-address"
CLIENT_AGENT = "x-guild-user-agent"
_READ = frozenset({AUTHORIZATION, SERVICE_TOKEN, ADMIN_TOKEN, CLIENT_ADDRESS, CLIENT_AGENT})


class Authenticator:
    """Recognises members by access token, services by service token, operators by theirs.

    Nothing given is nobody; anything given must be good. Whether the session of a token was ended meanwhile is for
    Revocations to say.
    """

    def __init__(self, verifier: TokenVerifier, services: ServiceVerifier, operators: Operators) -> None:
        self._verifier = verifier
        self._services = services
        self._operators = operators

    async def __call__(self, metadata: Iterable[tuple[str, str | bytes]]) -> Principal:
        """Return who is calling; raises TokenInvalid, TokenExpired or KeysUnavailable."""
        caller = self.recognise(metadata)
        return caller if isinstance(caller, Principal) else await caller

    def recognise(self, metadata: Iterable[tuple[str, str | bytes]]) -> Principal | Awaitable[Principal]:
        """Return who is calling; to be awaited where a token is not known yet, since its key may have to be fetched."""
        given = _read(metadata)
        authorization = given.pop(AUTHORIZATION, None)
        caller = self._beside(given) if given else ANONYMOUS
        if authorization is None:
            return caller
        token = _bearer(authorization)
        claims = self._verifier.known(token)
        return self._verified(token, caller) if claims is None else self._member(claims, caller)

    def _beside(self, given: dict[str, str]) -> Principal:
        """Return who calls by what is given beside an access token."""
        service = self._services.verify(given[SERVICE_TOKEN]) if SERVICE_TOKEN in given else None
        operator = self._operators.recognise(given[ADMIN_TOKEN]) if ADMIN_TOKEN in given else None
        told = given if service == EDGE else {}
        address, agent = told.get(CLIENT_ADDRESS), told.get(CLIENT_AGENT, "")
        return Principal(service=service, operator=operator, address=address, agent=agent)

    async def _verified(self, token: str, caller: Principal) -> Principal:
        return self._member(await self._verifier.verify(token), caller)

    def _member(self, claims: Claims, caller: Principal) -> Principal:
        stepped_up = claims.stepped_up_until > 0 and self._verifier.is_to_come(claims.stepped_up_until)
        if caller is ANONYMOUS and not stepped_up:
            return claims.member
        user_id, session_id, _, _, _, suspended, _, _, limited = claims.member
        _, _, service, operator, address, _, _, agent, _ = caller
        return Principal(user_id, session_id, service, operator, address, suspended, stepped_up, agent, limited)

    def knows_service(self, metadata: Iterable[tuple[str, str | bytes]]) -> bool:
        """Tell whether a service of ours calls; the other proofs are not looked at."""
        token = next((value for key, value in metadata if key == SERVICE_TOKEN), None)
        try:
            return isinstance(token, str) and bool(self._services.verify(token))
        except Unauthenticated:
            return False


def _read(metadata: Iterable[tuple[str, str | bytes]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for key, value in metadata:
        if key in _READ:
            if key in given or not isinstance(value, str):
                raise TokenInvalid(f"send {key} once, as text")
            given[key] = value
    return given


def _bearer(value: str) -> str:
    scheme, _, token = value.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenInvalid("send the access token as `authorization: Bearer …`")
    return token.strip()
