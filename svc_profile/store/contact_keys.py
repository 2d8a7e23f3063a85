"""The keys by which members are found by contacts."""

import hmac
from typing import final

from mesh.settings import Secret
from svc_profile.domain.contacts import hashed
from svc_profile.store.secret_box import named_keys

_ID_OCTETS = 8


@final
class ContactKeys:
    """Each key makes a salt, which every client gets, and a pepper, which none does.

    Rows are peppered hashes of salted ones: without the setting nobody who reads the table can try numbers on it.
    """

    def __init__(self, keys: Secret) -> None:
        """Raise ValueError for keys that are not `id:secret`, or of one id twice."""
        newest, *older = [secret.encode() for secret in named_keys(keys, "contacts").values()]
        self.salt_id = _salt_id(newest)
        self.older = [_salt_id(key) for key in older]
        self.salt, self._pepper = _derived(newest, b"salt"), _derived(newest, b"pepper")

    def mark(self, contact_hash: bytes) -> bytes:
        """What is stored for a salted hash."""
        return hmac.digest(self._pepper, contact_hash, "sha256")

    def mark_of(self, contact: str) -> bytes:
        """What is stored for a contact itself."""
        return self.mark(hashed(self.salt, contact))


def _salt_id(key: bytes) -> str:
    return _derived(key, b"id")[:_ID_OCTETS].hex()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"contacts:" + purpose, "sha256")
