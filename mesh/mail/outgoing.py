"""What a transport is given, and what it may answer."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Literal, Protocol

Channel = Literal["mail", "sms"]


_ONE_ADDRESS = re.compile(r"""([^\s<>()\[\]\\,;:@"\0-\x1f]+)@([^\s<>()\\,;@"\0-\x1f]+)""")


class Undeliverable(Exception):  # noqa: N818 - it says what the mail is
    """The transport refused the mail for good: another attempt would be refused as well."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail or text message, to one address. `id` stays the same however often it is sent, so that repeats show."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    written_at: datetime
    unsubscribe_url: str = ""


class Transport(Protocol):
    """Hands mails on."""

    async def send(self, outgoing: Outgoing) -> None:
        """Return once somebody else is answerable for the mail; raises Undeliverable, or anything to be tried again."""
        ...

    async def close(self) -> None:
        """Let go of what was held between mails; nothing is sent after it."""
        ...


def composed(outgoing: Outgoing, sender: str) -> EmailMessage:
    """Return the message as SMTP carries it; raises ValueError for what no header can hold: none is injected."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    message["From"] = _address(address, name)
    message["To"] = _address(outgoing.to)
    message["Subject"] = outgoing.subject
    message["Date"] = format_datetime(outgoing.written_at)
    message["Message-ID"] = f"<{outgoing.id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if outgoing.unsubscribe_url:  # RFC 8058
        message["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(outgoing.text)
    message.add_alternative(outgoing.html, subtype="html")
    return message


def _address(spec: str, name: str = "") -> Address:
    one = _ONE_ADDRESS.fullmatch(spec)
    if one is None:
        raise ValueError("a mail goes to one address")
    return Address(name, one[1], one[2])
