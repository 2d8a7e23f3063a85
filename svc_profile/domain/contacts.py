"""The contacts of an address book: what two sides hash alike, without telling each other what it was."""

import hmac
from datetime import timedelta

from mesh.errors import FailedPrecondition

MOST = 1_000
"""Members that one import finds; the contract bounds what it asks for."""
REMEMBERED_FOR = timedelta(days=90)
MOST_REMEMBERED = 1_000
"""Whom one member may have remembered at a time."""


class ContactSaltOld(FailedPrecondition):
    """The contacts are hashed with another salt than the one of today."""

    reason = "CONTACT_SALT_OLD"

    def __init__(self) -> None:
        super().__init__("the contacts are hashed with an older salt: ask for the salt again")


def hashed(salt: bytes, contact: str) -> bytes:
    """HMAC-SHA-256 of a stored address or an E.164 number: what a client sends of it, 32 octets."""
    return hmac.digest(salt, contact.encode(), "sha256")
