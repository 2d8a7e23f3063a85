"""Secrets at rest that have to be read again: who reads a table without the setting learns nothing."""

import contextlib
import secrets
from typing import NamedTuple, final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mesh.errors import DataLoss
from mesh.keys import derived_keys, named_secrets
from mesh.settings import Secret

_NONCE_BYTES = 12  # 96 bits of chance: with one secret a member, far from a repeat


class Sealed(NamedTuple):
    """What is stored."""

    key_id: str
    content: bytes


@final
class SecretBox:
    """Seals with the first of its keys and opens with all of them, so that keys change without a pause.

    `keys` is `id:secret`, several of them with commas in between, the newest first. An empty one is a random key for
    the life of this process.
    """

    def __init__(self, keys: Secret) -> None:
        """Raise ValueError for keys that are not `id:secret`, or of one id twice."""
        named = named_secrets(keys, "second factors")
        self._keys = {name: [AESGCM(key) for key in derived_keys(secret, "factors")] for name, secret in named.items()}
        self.newest = next(iter(self._keys))

    def seal(self, owner: UUID, content: bytes) -> Sealed:
        """Encrypt for one member: in the row of another it does not open."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return Sealed(self.newest, nonce + self._keys[self.newest][0].encrypt(nonce, content, owner.bytes))

    def open(self, owner: UUID, sealed: Sealed) -> bytes:
        """Read it again; raises DataLoss when its key is gone, or it was changed."""
        nonce, content = sealed.content[:_NONCE_BYTES], sealed.content[_NONCE_BYTES:]
        for key in self._keys.get(sealed.key_id, ()):
            with contextlib.suppress(InvalidTag):
                return key.decrypt(nonce, content, owner.bytes)
        raise DataLoss("a second factor cannot be read: its key is not among those of the settings")
