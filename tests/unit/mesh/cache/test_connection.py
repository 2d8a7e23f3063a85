"""A connection that many share: order, faults, bounds, with a transport of the test's own."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.cache import CacheUnavailable, CommandRefused
from mesh.cache import connection as under_test
from mesh.cache.connection import Connection
from mesh.cache.errors import Redirected, ScriptUnknown
from mesh.cache.packing import pack
from mesh.testing import wait_for

OK = b"+OK\r\n"
PING = pack(("PING",))


class Wire(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.aborted = False

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def abort(self) -> None:
        self.aborted = True


class Line:
    """A connection that was greeted, what it wrote, how it was lost."""

    def __init__(self) -> None:
        self.lost: list[tuple[Exception, bool]] = []
        loop = asyncio.get_running_loop()
        self.connection = Connection(loop, lambda _, error, felt: self.lost.append((error, felt)))
        self.wire = Wire()

    async def greeted(self, *commands: bytes, reply: bytes = OK) -> "Line":
        self.connection.connection_made(self.wire)
        greeting = asyncio.ensure_future(self.connection.greet(commands or (PING,)))
        await asyncio.sleep(0)
        self.connection.data_received(reply)
        await greeting
        self.wire.written.clear()
        return self


def texts(value: Any) -> Any:
    """A value as a reply in RESP."""
    match value:
        case bool():
            return b"#t\r\n" if value else b"#f\r\n"
        case None:
            return b"_\r\n"
        case int():
            return b":%d\r\n" % value
        case bytes():
            return b"$%d\r\n%s\r\n" % (len(value), value)
        case str():
            return b"-%s\r\n" % value.encode()
        case list():
            return b"*%d\r\n" % len(value) + b"".join(map(texts, value))
        case _:
            raise TypeError(value)


PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.binary(max_size=40))
ERRORS = st.sampled_from(["ERR no", "WRONGTYPE of key", "NOSCRIPT no"])
REPLIES = st.lists(st.one_of(PLAIN, ERRORS, st.lists(PLAIN, max_size=5)), max_size=12)
PUSH = b">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n"


@given(REPLIES, st.lists(st.integers(0, 600), max_size=9), st.sets(st.integers(0, 11)), st.booleans())
def test_any_split_gives_each_its_own_reply(replies: list[Any], cuts: list[int], gone: set[int], pushed: bool) -> None:
    """However replies are cut, in whatever order callers leave, and with pushes between, the order holds."""

    async def play() -> Sequence[Any]:
        line = await Line().greeted()
        waiting = [line.connection.send(PING) for _ in replies]
        await asyncio.sleep(0)
        for at in gone & set(range(len(waiting))):
            waiting[at].cancel()
        octets = (PUSH if pushed else b"").join(map(texts, replies))
        places = sorted({min(cut, len(octets)) for cut in cuts})
        for a, b in zip([0, *places], [*places, len(octets)], strict=True):
            line.connection.data_received(octets[a:b])
        assert [] == line.lost
        return await asyncio.gather(*waiting, return_exceptions=True)

    results = asyncio.run(play())

    for at, (expected, result) in enumerate(zip(replies, results, strict=True)):
        if at in gone:
            assert isinstance(result, asyncio.CancelledError)
        elif isinstance(expected, str):
            assert isinstance(result, CommandRefused)
            assert expected == str(result)
        else:
            assert (expected, type(expected)) == (result, type(result))


@given(st.binary(min_size=1, max_size=200))
def test_any_octets_at_all_raise_nothing(octets: bytes) -> None:
    """Whatever a server sends, each caller ends with a reply or an error, and none twice."""

    async def play() -> list[Any]:
        line = await Line().greeted()
        waiting = [line.connection.send(PING) for _ in range(3)]
        line.connection.data_received(octets)
        line.connection.connection_lost(None)
        assert 1 == len(line.lost)
        return await asyncio.gather(*waiting, return_exceptions=True)

    assert 3 == len(asyncio.run(play()))


async def test_commands_of_one_tick_are_one_write() -> None:
    """In the order they were given; those of the next tick are another."""
    line = await Line().greeted()

    first = [line.connection.send(pack(("GET", str(n)))) for n in range(3)]
    await asyncio.sleep(0)
    second = line.connection.send(PING)
    await asyncio.sleep(0)

    assert [b"".join(pack(("GET", str(n))) for n in range(3)), PING] == line.wire.written
    assert not any(reply.done() for reply in (*first, second))


async def test_nothing_is_sent_before_the_greeting_was_answered() -> None:
    """A command must not run in another database, or as somebody else."""
    line = Line()
    early = line.connection.send(pack(("SET", "k", "v")))
    line.connection.connection_made(line.wire)
    greeting = asyncio.ensure_future(line.connection.greet((b"hello", b"select")))
    await asyncio.sleep(0)
    line.connection.data_received(OK)
    await asyncio.sleep(0)
    before = list(line.wire.written)
    line.connection.data_received(OK)
    await greeting
    line.connection.data_received(texts(7))

    assert [b"helloselect"] == before
    assert [b"helloselect", pack(("SET", "k", "v"))] == line.wire.written
    assert 7 == await early


async def test_a_refused_greeting_is_raised() -> None:
    """With what the server says against it."""
    line = Line()
    line.connection.connection_made(line.wire)
    greeting = asyncio.ensure_future(line.connection.greet((b"hello", b"select")))
    await asyncio.sleep(0)
    line.connection.data_received(OK + texts("ERR DB index is out of range"))

    with pytest.raises(CommandRefused, match="out of range"):
        await greeting


@pytest.mark.parametrize("kind", ["OOM", "READONLY", "MISCONF", "NOREPLICAS", "BUSY", "TRYAGAIN"])
async def test_what_cannot_be_done_now_is_unavailable(kind: str) -> None:
    """The server goes on serving others."""
    line = await Line().greeted()
    unable, fine = line.connection.send(PING), line.connection.send(PING)
    line.connection.data_received(texts(f"{kind} not now") + texts(1))

    with pytest.raises(CacheUnavailable):
        await unable
    assert 1 == await fine
    assert [] == line.lost


@pytest.mark.parametrize("kind", ["LOADING", "MASTERDOWN", "CLUSTERDOWN", "NOAUTH", "WRONGPASS"])
async def test_a_server_that_serves_nobody_is_lost(kind: str) -> None:
    """All who wait learn it from the first."""
    line = await Line().greeted()
    waiting = [line.connection.send(PING) for _ in range(2)]
    line.connection.data_received(texts(f"{kind} wait"))

    results = await asyncio.gather(*waiting, return_exceptions=True)

    assert [CacheUnavailable] * 2 == [type(result) for result in results]
    assert [kind] == [str(error).split()[0] for error, _ in line.lost]
    assert line.wire.aborted


@pytest.mark.parametrize(
    ("text", "kind"),
    [("NOSCRIPT No matching script.", ScriptUnknown), ("MOVED 1 127.0.0.1:7", Redirected), ("ERR x", CommandRefused)],
)
async def test_errors_have_their_kind(text: str, kind: type[Exception]) -> None:
    """By the first word."""
    line = await Line().greeted()
    refused = line.connection.send(PING)
    line.connection.data_received(texts(text))

    with pytest.raises(kind, match=text.partition(" ")[0]) as caught:
        await refused
    assert kind is type(caught.value)


@pytest.mark.parametrize(
    "octets",
    [b"HTTP/1.1 400\r\n", b"$-7\r\n", b"*99999999999999999999\r\n", b"%1\r\n*0\r\n:1\r\n", b"-MOVED nowhere\r\n"],
)
async def test_rubbish_ends_the_connection(octets: bytes) -> None:
    """No later reply could be trusted."""
    line = await Line().greeted()
    waiting = [line.connection.send(PING) for _ in range(2)]
    line.connection.data_received(octets)

    results = await asyncio.gather(*waiting, return_exceptions=True)

    assert [CacheUnavailable] * 2 == [type(result) for result in results]
    assert (1, True) == (len(line.lost), line.wire.aborted)


async def test_an_answer_that_nobody_asked_for_ends_the_connection() -> None:
    """Whose it is could not be told."""
    line = await Line().greeted()
    asked = line.connection.send(PING)
    line.connection.data_received(texts(1) + texts(2))

    assert 1 == await asked
    assert [True] == [felt for _, felt in line.lost]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "MAX_REPLY_BYTES", 1_000)
    monkeypatch.setattr(under_test, "MAX_WAITING_BYTES", 1_000)
    monkeypatch.setattr(under_test, "COMMAND_SECONDS", 0.1)


@pytest.mark.parametrize("piece", [b"$99999999\r\n" + b"x" * 600, b"*100000\r\n" + b":1\r\n" * 150, b"+" + b"x" * 600])
@pytest.mark.usefixtures("small")
async def test_a_reply_without_end_ends_the_connection(piece: bytes) -> None:
    """Whatever it consists of; as much in many replies is fine."""
    line = await Line().greeted()
    for _ in range(20):
        fine = line.connection.send(PING)
        line.connection.data_received(texts(b"x" * 300))
        await fine
    waiting = line.connection.send(PING)
    line.connection.data_received(piece)
    held = list(line.lost)
    line.connection.data_received(piece.partition(b"\n")[2] or b"x" * 600)

    with pytest.raises(CacheUnavailable):
        await waiting
    assert ([], 1) == (held, len(line.lost))


@pytest.mark.usefixtures("small")
async def test_what_waits_to_be_written_is_bounded() -> None:
    """A server that does not read costs no more than the bound; when it reads again all goes on in order."""
    line = await Line().greeted()
    command = pack(("SET", "k", "x" * 300))
    line.connection.pause_writing()
    waiting = [line.connection.send(command) for _ in range(3)]
    with pytest.raises(CacheUnavailable):
        line.connection.send(command)
    await asyncio.sleep(0)
    held = list(line.wire.written)
    line.connection.resume_writing()
    later = line.connection.send(command)
    await asyncio.sleep(0)
    line.connection.data_received(b"".join(map(texts, range(4))))

    assert [[], [command * 3, command]] == [held, line.wire.written]
    assert [0, 1, 2, 3] == await asyncio.gather(*waiting, later)


@pytest.mark.usefixtures("small")
async def test_a_silent_server_is_given_up() -> None:
    """All who wait are told, after the time of the oldest; a caller who left does not make it wait longer."""
    line = await Line().greeted()
    waiting = [line.connection.send(PING) for _ in range(3)]
    waiting[0].cancel()
    await wait_for(lambda: line.lost)

    results = await asyncio.gather(*waiting, return_exceptions=True)

    assert [asyncio.CancelledError, CacheUnavailable, CacheUnavailable] == [type(result) for result in results]
    assert isinstance(line.lost[0][0], TimeoutError)


@pytest.mark.usefixtures("small")
async def test_a_slow_server_is_not_given_up() -> None:
    """Each command has its own time, however many there are behind it."""
    line = await Line().greeted()
    waiting = [line.connection.send(PING)]
    for number in range(30):
        waiting.append(line.connection.send(PING))
        await asyncio.sleep(0.01)
        line.connection.data_received(texts(number))
    line.connection.data_received(texts(30))

    results = await asyncio.gather(*waiting)

    assert (list(range(31)), []) == (results, line.lost)


async def test_a_lost_connection_is_told_once() -> None:
    """To whoever waits, and to its owner, with whether anybody felt it."""
    busy, idle = await Line().greeted(), await Line().greeted()
    waiting = busy.connection.send(PING)
    for line in (busy, idle):
        line.connection.connection_lost(ConnectionResetError())
        line.connection.lose(TimeoutError())

    with pytest.raises(CacheUnavailable):
        await waiting
    assert [[True], [False]] == [[felt for _, felt in line.lost] for line in (busy, idle)]
