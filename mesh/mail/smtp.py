"""Mails by SMTP."""

from typing import final

import aiosmtplib

from mesh.mail.outgoing import Outgoing, Undeliverable, composed
from mesh.settings import MailSettings

TIMEOUT_SECONDS = 20.0
_PERMANENT = 500


@final
class SmtpTransport:
    """Sends each mail on a connection of its own to the relay of the settings; over TLS unless they say otherwise."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, outgoing: Outgoing) -> None:
        """Hand a mail to the relay; raises Undeliverable where it answers 5xx to its recipient or its text.

        What the relay says of the sender is about the settings, the same for every mail: none is given up for it.
        """
        settings = self._settings
        try:
            message = composed(outgoing, settings.sender)
        except ValueError:
            raise Undeliverable("its headers cannot be written") from None
        try:
            await aiosmtplib.send(
                message,
                recipients=[outgoing.to],
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_user or None,
                password=settings.smtp_password.reveal() or None,
                use_tls=settings.smtp_tls == "tls",
                start_tls=settings.smtp_tls == "starttls",
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = [one.code for one in refused.recipients]
            if min(codes) >= _PERMANENT:
                raise Undeliverable(f"recipient refused: {codes[0]}") from None
            raise
        except aiosmtplib.SMTPDataError as refused:
            if refused.code >= _PERMANENT:
                raise Undeliverable(f"refused: {refused.code}") from None
            raise

    async def close(self) -> None:
        """Nothing is held between mails."""
