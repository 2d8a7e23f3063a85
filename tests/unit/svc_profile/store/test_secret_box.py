"""Secrets at rest."""

import pytest

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


@pytest.mark.parametrize("keys", ["secret", "a:", ":secret", "a:one,a:two"])
def test_keys_have_different_names(keys: str) -> None:
    """A name twice would make what one of them sealed unreadable."""
    with pytest.raises(ValueError, match="ID:SECRET"):
        SecretBox(Secret(keys))
