"""The keys by which members are found by contacts."""

import hmac
from typing import final

from mesh.keys import derived_key, named_secrets
from mesh.settings import Secret
from svc_profile.domain.contacts import hashed

_ID_OCTETS = 8


@final
class ContactKeys:
    """Each key makes a salt, which every client gets, and a pepper, which none does.

    Rows are peppered hashes of salted ones: without the setting nobody who reads the table can try numbers on it.
    """

    def __init__(self, keys: Secret) -> None:
        """Raise ValueError for keys that are not `id:secret`, or of one id twice."""
        newest, *older = named = list(named_secrets(keys, "contacts").values())
        self.salt_id = _salt_id(newest)
        self.older = [*map(_salt_id, older), *map(_salt_id_before, named)]
        self.salt, self._pepper = derived_key(newest, "contacts/salt"), derived_key(newest, "contacts/pepper")

    def mark(self, contact_hash: bytes) -> bytes:
        """What is stored for a salted hash."""
        return hmac.digest(self._pepper, contact_hash, "sha256")

    def mark_of(self, contact: str) -> bytes:
        """What is stored for a contact itself."""
        return self.mark(hashed(self.salt, contact))


def _salt_id(key: Secret) -> str:
    return derived_key(key, "contacts/id")[:_ID_OCTETS].hex()


def _salt_id_before(key: Secret) -> str:
    """Under which rows lie that were made before keys were derived by labels: they are made anew, as of an old key."""
    return hmac.digest(key.reveal().encode(), b"contacts:id", "sha256")[:_ID_OCTETS].hex()
