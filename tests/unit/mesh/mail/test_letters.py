"""What members wrote cannot become anything but text of a mail."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from mesh.mail import Letter, Link, Outgoing
from mesh.mail.outgoing import composed
from mesh.mail.sealing import Seal, Unreadable
from mesh.settings import MailSettings, Secret

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def outgoing(letter: Letter, to: str = "ann@example.com", unsubscribe_url: str = "") -> Outgoing:
    return Outgoing("id-1", to, letter.heading, letter.text(), letter.html(), NOW, unsubscribe_url)


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\u2028", "\x85", "\0"])
def test_a_subject_is_one_line(ending: str) -> None:
    """A name with a line break in it adds no header."""
    letter = Letter(f"Eve{ending}Bcc: everybody@example.com", ["hello"])
    message = message_from_bytes(composed(outgoing(letter), "Guild <a@guild.test>").as_bytes(), policy=default)
    assert "Eve Bcc: everybody@example.com" == message["Subject"]
    assert message["Bcc"] is None


@pytest.mark.parametrize("to", ["a@x.org\r\nBcc: b@x.org", "a@x.org, b@x.org", "a@x.org b@x.org", "<a@x.org>", ""])
def test_a_mail_has_one_address(to: str) -> None:
    """What is more than that, or less, is refused before it is sent."""
    with pytest.raises(ValueError, match="one address"):
        composed(outgoing(Letter("x", []), to), "Guild <a@guild.test>")


def test_html_shows_text_as_text() -> None:
    """Marks of HTML in names and addresses are shown, not obeyed."""
    shown = Letter("<b>", ["<script>\nx", Link('"><i>', 'https://guild.test/"><script>')]).html()
    assert "&lt;script&gt;<br>x" in shown
    assert ["<!doctype", "<meta", "<title>", "<p>", "<br>", "<p>", "<a"] == [
        "<" + part.split()[0].split(">")[0] + (">" if ">" in part.split()[0] else "")
        for part in shown.split("<")[1:]
        if not part.startswith("/")
    ]


def test_a_mail_has_the_same_id_however_often_it_is_composed() -> None:
    """So that who receives it twice can tell."""
    message = outgoing(Letter("x", ["y"]), unsubscribe_url="https://guild.test/u")
    one, two = (composed(message, "Guild <no-reply@guild.test>") for _ in range(2))
    assert "<id-1@guild.test>" == one["Message-ID"] == two["Message-ID"]
    assert ("<https://guild.test/u>", "auto-generated") == (one["List-Unsubscribe"], one["Auto-Submitted"])


def test_what_is_stored_cannot_be_read_without_the_secret() -> None:
    """Neither address nor text; another secret is noticed."""
    message = outgoing(Letter("the subject", ["the token"]))
    sealed = Seal(Secret("one")).seal(message)
    assert all(part not in sealed for part in (b"ann@", b"token", b"subject"))
    assert message == Seal(Secret("one")).open(sealed)
    with pytest.raises(Unreadable):
        Seal(Secret("two")).open(sealed)


def test_settings_that_would_lose_or_show_mails_are_refused() -> None:
    """A relay needs the secret that all processes share; a password needs TLS."""
    with pytest.raises(ValueError, match="secret is needed"):
        MailSettings(smtp_host="mail.test")
    with pytest.raises(ValueError, match="smtp_tls"):
        MailSettings(smtp_host="mail.test", secret=Secret("x"), smtp_user="u", smtp_tls="none")
