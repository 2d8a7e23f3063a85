"""Mails at rest: they carry links that let somebody in, so that who reads the table must not read them."""

import base64
import dataclasses
from datetime import datetime
from typing import Any, final

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from mesh.keys import derived_keys
from mesh.mail.outgoing import Outgoing
from mesh.settings import Secret


class Unreadable(Exception):  # noqa: N818 - it says what the mail is
    """The mail was sealed with another secret."""


@final
class Seal:
    """Encrypts mails with a secret of the service; an empty one is a random one, for the life of this process."""

    def __init__(self, secret: Secret) -> None:
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived_keys(secret, "mails")])

    def seal(self, outgoing: Outgoing) -> bytes:
        """Return what is stored of a mail."""
        return self._fernet.encrypt(orjson.dumps(dataclasses.asdict(outgoing)))

    def open(self, sealed: bytes) -> Outgoing:
        """Return the mail again; raises Unreadable."""
        try:
            fields: dict[str, Any] = orjson.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise Unreadable("sealed with another secret") from None
        written_at = datetime.fromisoformat(fields.pop("written_at"))
        return Outgoing(written_at=written_at, **fields)
