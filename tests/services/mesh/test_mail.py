"""Mails follow the commit; none is lost over a crash, and a repeat is the same mail."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import httpx
import pytest
import pytest_asyncio
from aiosmtpd.controller import Controller
from aiosmtplib import SMTPConnectError, SMTPRecipientsRefused, SMTPSenderRefused
from sqlalchemy import select

from guildctl.mailbox import letters
from mesh.data import Database, Janitor, Transaction, statement
from mesh.embedded import free_port
from mesh.mail import MAILS_SWEPT, Letter, Mailer, MailSender, Notice, Outgoing, Undeliverable, transports
from mesh.mail.mailer import WORTH_SENDING
from mesh.mail.sender import LEASE
from mesh.mail.tables import mails
from mesh.settings import MailSettings, Secret
from mesh.testing import ManualClock
from mesh.testing.databases import Databases

LETTER = Letter("Hello", ["one", "two"])
_STATES = statement(select(mails.c.state, mails.c.problem, mails.c.sealed).order_by(mails.c.created_at.desc()))


@dataclass
class Recorder:
    """A transport that notes what it is given, and fails as often as it is told to."""

    sent: list[Outgoing] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    closed: bool = False

    async def send(self, outgoing: Outgoing) -> None:
        self.sent.append(outgoing)
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)

    async def close(self) -> None:
        self.closed = True


@dataclass
class Post:
    """A service's mails, and one sender of them that is run by hand."""

    db: Database
    clock: ManualClock
    mailer: Mailer
    transport: Recorder

    def sender(self) -> MailSender:
        return MailSender(self.db, self.mailer, {"mail": self.transport}, self.clock)

    async def write(self, *, decoy: bool = False, fails: bool = False) -> None:
        async def work(tx: Transaction) -> None:
            self.mailer.post(tx, Notice("test", "ann@example.com", LETTER, decoy=decoy))
            if fails:
                raise ZeroDivisionError

        with contextlib.suppress(ZeroDivisionError):
            await self.db.transact(work)

    async def states(self) -> list[tuple[str, str, bool]]:
        rows = await self.db.fetch(_STATES)
        return [(row["state"], row["problem"], row["sealed"] is None) for row in rows]


@pytest_asyncio.fixture(loop_scope="module")
async def post(database_of: Databases) -> AsyncIterator[Post]:
    """A database of its own."""
    clock = ManualClock()
    database = Database(await database_of("svc_profile"), clock=clock)
    await database.start()
    yield Post(database, clock, Mailer(Secret("x"), clock), Recorder())
    await database.stop()


async def test_a_mail_follows_the_commit(post: Post) -> None:
    """It is sent once, and nothing of it is kept; what is rolled back is not sent."""
    await post.write(fails=True)
    await post.write()
    assert post.mailer.ready.is_set()
    assert [1, 0] == [await post.sender().send_due() for _ in range(2)]
    assert [("ann@example.com", "Hello")] == [(one.to, one.subject) for one in post.transport.sent]
    assert [("sent", "", True)] == await post.states()


async def test_many_senders_send_each_mail_once(post: Post) -> None:
    """Whoever claims it first."""
    for _ in range(20):
        await post.write()
    senders = [post.sender() for _ in range(4)]
    for _ in range(20):
        await asyncio.gather(*(sender.send_due() for sender in senders))
    assert 20 == len(post.transport.sent) == len({one.id for one in post.transport.sent})


async def test_a_sender_that_is_killed_loses_nothing(post: Post) -> None:
    """When its lease is over the mail goes out again under the same id, and not before."""
    await post.write()
    post.transport.failures = [asyncio.CancelledError()]  # type: ignore[list-item]
    with pytest.raises(asyncio.CancelledError):
        await post.sender().send_due()
    assert 0 == await post.sender().send_due()
    post.clock.advance(LEASE)
    assert 1 == await post.sender().send_due()
    assert 1 == len({one.id for one in post.transport.sent})
    assert [("sent", "", True)] == await post.states()


async def test_what_fails_is_tried_again_ever_later(post: Post) -> None:
    """After 5 s, 30 s, 2 min …; when it is not worth sending any more it is given up, for operators to see."""
    await post.write()
    for seconds in (5, 30, 120, 600):
        post.transport.failures = [ConnectionError("to ann@example.com")]
        assert 1 == await post.sender().send_due()
        post.clock.advance(seconds - 1)
        assert 0 == await post.sender().send_due()
        post.clock.advance(1)
    post.clock.advance(WORTH_SENDING)
    await post.sender().send_due()
    assert 4 == len(post.transport.sent)
    assert [("failed", "too late, after: ConnectionError", True)] == await post.states()


async def test_what_is_refused_for_good_is_given_up_at_once(post: Post) -> None:
    """Nobody insists."""
    await post.write()
    post.transport.failures = [Undeliverable("recipient refused: 550")]
    await post.sender().send_due()
    assert [("failed", "recipient refused: 550", True)] == await post.states()


async def test_a_decoy_is_written_and_never_sent(post: Post) -> None:
    """It costs what a mail costs until then."""
    await post.write(decoy=True)
    assert 0 == await post.sender().send_due()
    assert [("decoy", "", False)] == await post.states()


async def test_what_became_of_a_mail_is_forgotten_after_a_month(post: Post) -> None:
    """One that still waits is not."""
    await post.write()
    await post.sender().send_due()
    await post.write()
    post.clock.advance(timedelta(days=31))
    await Janitor(post.db, also=(MAILS_SWEPT,), clock=post.clock).sweep()
    assert [("waiting", "", False)] == await post.states()


class Relay:
    """What aiosmtpd hands mails to; refuses one recipient, and all senders where it is told to."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.knows_sender = True

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK" if self.knows_sender else "530 authenticate first"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        if address.startswith("later"):
            return "451 come back"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


async def test_smtp_tells_what_is_final_from_what_is_not() -> None:
    """A relay gets the message as it was composed; 5xx about it is final, 4xx and a relay that refuses us are not."""
    relay = Relay()
    controller = Controller(relay, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings = MailSettings(
        smtp_host="127.0.0.1", smtp_port=controller.port, smtp_tls="none", secret=Secret("x"), sender="G <g@guild.test>"
    )
    smtp = transports(settings)["mail"]

    def mail(to: str) -> Outgoing:
        return Outgoing("id-1", to, "Grüße", "Zürich\n", "<p>Zürich</p>", ManualClock().now())

    try:
        await smtp.send(mail("ann@example.com"))
        with pytest.raises(Undeliverable, match="550"):
            await smtp.send(mail("nobody@example.com"))
        with pytest.raises(SMTPRecipientsRefused):
            await smtp.send(mail("later@example.com"))
        relay.knows_sender = False
        with pytest.raises(SMTPSenderRefused):
            await smtp.send(mail("ann@example.com"))
        with pytest.raises(Undeliverable, match="headers"):
            await smtp.send(mail("a@x.org, b@x.org"))
    finally:
        controller.stop()
    [(recipients, content)] = relay.mails
    assert ["ann@example.com"] == recipients
    assert b"Message-ID: <id-1@guild.test>" in content
    with pytest.raises(SMTPConnectError):
        await smtp.send(mail("ann@example.com"))


async def test_a_folder_holds_a_mail_that_is_sent_twice_once(tmp_path: Path) -> None:
    """Readable for its owner alone; text messages lie beside mails."""
    folder = tmp_path / "mail"
    both = transports(MailSettings(folder=folder))
    mail = Outgoing("id-1", "ann@example.com", "s", "t", "<p>t</p>", ManualClock().now())
    sms = Outgoing("id-2", "+4930123456", "s", "code 1", "", ManualClock().now())
    for _ in range(2):
        await both["mail"].send(mail)
    await both["sms"].send(sms)
    assert ["ann@example.com", "+4930123456"] == [letter.to for letter in letters(folder)]
    assert "code 1" in letters(folder)[1].whole()
    assert {0o600} == {path.stat().st_mode & 0o777 for path in folder.iterdir()}


class Gateway(BaseHTTPRequestHandler):
    """What a provider of text messages has: takes one number, refuses another, is broken for a third."""

    seen: ClassVar[list[tuple[str, str, dict[str, str]]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.seen.append((self.headers["authorization"], self.headers["idempotency-key"], body))
        self.send_response({"+4930000001": 202, "+4930000002": 422}.get(body["to"], 503))
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


async def test_a_gateway_tells_what_is_final_from_what_is_not() -> None:
    """It is given the same id with each attempt, so that it can drop repeats."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    gateway = transports(MailSettings(sms_url=url, sms_token=Secret("the token"), secret=Secret("x")))["sms"]

    def sms(to: str) -> Outgoing:
        return Outgoing("id-1", to, "Code", "123456 is your code", "", ManualClock().now())

    try:
        await gateway.send(sms("+4930000001"))
        with pytest.raises(Undeliverable, match="422"):
            await gateway.send(sms("+4930000002"))
        with pytest.raises(httpx.HTTPStatusError):
            await gateway.send(sms("+4930000003"))
        await gateway.close()
        with pytest.raises(RuntimeError):
            await gateway.send(sms("+4930000001"))
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
    expected = {"id": "id-1", "to": "+4930000001", "text": "123456 is your code"}
    assert ("Bearer the token", "id-1", expected) == Gateway.seen[0]
