"""Mails, written in the transaction of what they tell of, sent after it is committed."""

from mesh.mail.letter import Letter, Link
from mesh.mail.mailer import Mailer, Notice
from mesh.mail.outgoing import Channel, Outgoing, Transport, Undeliverable
from mesh.mail.queue import MAILS_SWEPT
from mesh.mail.sender import MailSender
from mesh.mail.tables import mail_table
from mesh.mail.transports import transports

__all__ = [
    "MAILS_SWEPT",
    "Channel",
    "Letter",
    "Link",
    "MailSender",
    "Mailer",
    "Notice",
    "Outgoing",
    "Transport",
    "Undeliverable",
    "mail_table",
    "transports",
]
