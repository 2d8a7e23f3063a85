"""Secrets at rest."""

import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mesh.errors import DataLoss
from mesh.ids import uuid7
from mesh.settings import Secret
from svc_profile.store.secret_box import Sealed, SecretBox


def test_keys_change_without_a_pause() -> None:
    """The newest seals, all open; what a key sealed that is gone is told as lost."""
    owner, old, both = uuid7(), SecretBox(Secret("a:first")), SecretBox(Secret("b:second, a:first"))
    sealed = old.seal(owner, b"secret")
    assert b"secret" == both.open(owner, sealed)
    again = both.seal(owner, b"secret")
    assert ("a", "b") == (sealed.key_id, again.key_id)
    with pytest.raises(DataLoss):
        SecretBox(Secret("b:second")).open(owner, sealed)


def test_a_secret_opens_for_its_owner_alone() -> None:
    """Neither in another row nor changed."""
    owner, box = uuid7(), SecretBox(Secret("a:first"))
    sealed = box.seal(owner, b"secret")
    assert b"secret" not in sealed.content
    changed = Sealed("a", sealed.content[:-1] + bytes([sealed.content[-1] ^ 1]))
    for whose, what in ((uuid7(), sealed), (owner, changed)):
        with pytest.raises(DataLoss):
            box.open(whose, what)


def test_what_was_sealed_before_keys_had_labels_opens() -> None:
    """Until it is sealed anew, which every use does."""
    owner, nonce = uuid7(), bytes(12)
    before = AESGCM(hashlib.sha256(b"factors:first").digest()).encrypt(nonce, b"secret", owner.bytes)
    assert b"secret" == SecretBox(Secret("a:first")).open(owner, Sealed("a", nonce + before))
