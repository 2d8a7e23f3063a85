"""Which transport carries what, by the settings."""

from collections.abc import Mapping

from mesh.mail.folder import FolderTransport
from mesh.mail.outgoing import Channel, Transport
from mesh.settings import MailSettings


def transports(settings: MailSettings) -> Mapping[Channel, Transport]:
    """Return the relay and the gateway that are set, and the folder for what is not.

    Their clients are imported where they are used: most processes send nothing, or into the folder.
    """
    mail: Transport = FolderTransport(settings, "mail")
    sms: Transport = FolderTransport(settings, "sms")
    if settings.smtp_host:
        from mesh.mail.smtp import SmtpTransport

        mail = SmtpTransport(settings)
    if settings.sms_url:
        from mesh.mail.sms import SmsGateway

        sms = SmsGateway(settings)
    return {"mail": mail, "sms": sms}
