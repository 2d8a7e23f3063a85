"""The public keys as JSON on the admin port, where the other services fetch them."""

import orjson

from mesh.auth import KeyRing
from mesh.lifecycle import Answer, Route


def jwks_route(keys: KeyRing) -> Route:
    """A route that answers with the JSON Web Key Set of the ring (RFC 7517)."""

    async def answer() -> Answer:
        return Answer(orjson.dumps(keys.jwks()), headers={"cache-control": "public, max-age=60"})

    return answer
