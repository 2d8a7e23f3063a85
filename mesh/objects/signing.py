"""Addresses into the folder: whoever has one may do what it says until its time is over, and nothing else."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import NamedTuple, final
from urllib.parse import urlencode

from mesh.clock import Clock
from mesh.keys import derived_key
from mesh.objects.errors import AddressInvalid
from mesh.settings import Secret

_VERSION = "1"


class Grant(NamedTuple):
    """What an address lets its holder do: GET the object, or PUT so many bytes of a type there."""

    method: str
    key: str
    expires: int  # seconds since 1970
    length: int = 0
    content_type: str = ""


@final
class Signer:
    """Signs all of a grant with HMAC-SHA256; an empty secret stands for a random one, known to this process alone."""

    def __init__(self, secret: Secret, clock: Clock) -> None:
        self._key = derived_key(secret, "object-addresses")
        self._clock = clock

    def query(self, grant: Grant) -> str:
        """Return the query of the address: what `granted` reads."""
        written = {"expires": str(grant.expires)}
        if grant.method == "PUT":
            written |= {"length": str(grant.length), "type": grant.content_type}
        return urlencode(written | {"signature": self._sign(grant)})

    def granted(self, method: str, key: str, query: Mapping[str, str]) -> Grant:
        """Return what an address grants; raises AddressInvalid for one that was not signed here, or is over."""
        try:
            expires, length = int(query["expires"]), int(query.get("length", "0"))
        except (KeyError, ValueError):
            raise _refused() from None
        grant = Grant(method, key, expires, length, query.get("type", ""))
        if not hmac.compare_digest(self._sign(grant).encode(), query.get("signature", "").encode()):
            raise _refused()
        if expires <= self._clock.now().timestamp():
            raise _refused()
        return grant

    def _sign(self, grant: Grant) -> str:
        text = "\n".join([_VERSION, *map(str, grant)])  # no part has a line break in it: keys and types are checked
        mac = hmac.new(self._key, text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def _refused() -> AddressInvalid:
    return AddressInvalid("this address is not valid, or no more: ask for a new one")
