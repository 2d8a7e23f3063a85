"""Keys of one secret: another for each purpose, the same in every process, and those of before where rows need them."""

import base64
import hashlib
from datetime import UTC, datetime

import orjson
import pytest
from cryptography.fernet import Fernet

from mesh.keys import derived_key, derived_keys, named_secrets
from mesh.mail.outgoing import Outgoing
from mesh.mail.sealing import Seal, Unreadable
from mesh.settings import Secret

ONE = Secret("one")


def test_each_purpose_has_a_key_of_its_own() -> None:
    """Of another secret too; what is stored depends on these bytes, which is why they are written here."""
    assert 4 == len({derived_key(Secret(secret), purpose) for secret in ("one", "two") for purpose in ("mails", "box")})
    assert "7c60cf7c" == derived_key(ONE, "mails")[:4].hex()
    assert derived_keys(ONE, "mails") == (derived_key(ONE, "mails"), hashlib.sha256(b"mails:one").digest())


def test_without_a_secret_a_key_is_chance() -> None:
    """And there is none of before: what a process sealed without one nobody read again."""
    assert derived_key(Secret(""), "mails") != derived_key(Secret(""), "mails")
    assert 1 == len(derived_keys(Secret(""), "mails"))


def test_secrets_have_different_names() -> None:
    """The newest first."""
    assert [("b", Secret("2")), ("a", Secret("1"))] == list(named_secrets(Secret("b:2, a:1"), "boxes").items())
    for keys in ("secret", "a:", ":secret", "a:one,a:two"):
        with pytest.raises(ValueError, match="keys of boxes are ID:SECRET"):
            named_secrets(Secret(keys), "boxes")


def test_a_mail_of_before_is_sent() -> None:
    """It was sealed with the key that had no label."""
    mail = Outgoing("1", "ann@example.com", "Hello", "text", "html", datetime(2026, 1, 1, tzinfo=UTC))
    before = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"mails:one").digest()))
    assert mail == Seal(ONE).open(before.encrypt(orjson.dumps(mail)))
    with pytest.raises(Unreadable):
        Seal(Secret("two")).open(before.encrypt(orjson.dumps(mail)))
