"""Page tokens: a cursor that a client carries and cannot change."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, final

import orjson

from mesh.errors import FieldViolation, InvalidArgument
from mesh.keys import derived_key
from mesh.settings import Secret

_VERSION = 1
_MAC_BYTES = 32
_MAX_TOKEN = 4096  # a cursor is a few keys; longer is nothing of ours


class PageTokenInvalid(InvalidArgument):
    """The page token was changed, belongs to another list, or is of a version no longer served."""

    reason = "PAGE_TOKEN_INVALID"


@final
class PageTokens:
    """Seals cursors with HMAC-SHA256 for one `scope`: the list, and whatever its pages depend on (filters, viewer).

    An empty secret stands for a random one: its tokens are good for the life of this process.
    """

    def __init__(self, secret: Secret) -> None:
        self._key = derived_key(secret, "page-tokens")

    def encode(self, cursor: Mapping[str, Any], scope: str) -> str:
        """Return a token for a cursor of JSON values; UUIDs and datetimes come back from `decode` as strings."""
        payload = orjson.dumps([_VERSION, scope, dict(cursor)], default=str)
        return base64.urlsafe_b64encode(self._mac(payload) + payload).decode().rstrip("=")

    def decode(self, token: str, scope: str) -> Mapping[str, Any]:
        """Return the cursor; raises PageTokenInvalid for a token this scope never gave out."""
        sealed = _unpack(token)
        mac, payload = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(payload)):
            raise _refused()
        version, sealed_scope, cursor = orjson.loads(payload)
        if version != _VERSION or sealed_scope != scope:
            raise _refused()
        return cursor

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, hashlib.sha256)


def page_size(requested: int, default: int = 20, maximum: int = 100) -> int:
    """Return how many items to give: `default` for 0, at most `maximum`; raises InvalidArgument below 0."""
    if requested < 0:
        violation = FieldViolation("page_size", "must be 0 (the default) or more")
        raise InvalidArgument("page_size must not be negative", violations=[violation])
    return min(requested or default, maximum)


def _unpack(token: str) -> bytes:
    if len(token) > _MAX_TOKEN:
        raise _refused()
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _refused() from None


def _refused() -> PageTokenInvalid:
    violation = FieldViolation(
        "page_token", "must be a next_page_token of this list, unchanged; leave it empty to begin"
    )
    return PageTokenInvalid(
        "the page token does not belong to this list, begin again without one", violations=[violation]
    )
