"""Clients that no library is: floods of resets within the bounds, connections cut in the middle of a frame."""

import asyncio
from base64 import b64encode
from random import Random

from mesh.wire import frames
from mesh.wire.errors import ErrorCode
from mesh.wire.hpack import Encoder
from tests.soak.calls import WrongError
from tests.soak.plan import KEY, LARGEST, SERVICE, End, Plan
from tests.soak.relay import reset

FLOOD = 300
"""Resets of one connection, of the thousand that are allowed at once."""
_SECONDS = 20.0
_PING = b"soaking."
_MORE_PING = frames.ping(_PING, ack=True)


async def flood(random: Random, host: str, port: int) -> None:
    """Open and reset in turn, as often as is allowed: the connection lives, and nothing is left of the calls."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(frames.PREFACE + frames.settings(()))
        encoder = Encoder()
        plan = Plan(end=random.choice((End.OK, End.HANG)), reply_size=100, offset=random.randrange(60_000))
        for number in range(1, 2 * FLOOD, 2):
            writer.write(_call(encoder, number, "Unary", plan) + frames.reset(number, ErrorCode.CANCEL))
            if number % 40 == 1:
                await asyncio.sleep(0)
        writer.write(frames.ping(_PING))
        async with asyncio.timeout(_SECONDS):
            heard = b""
            while _MORE_PING not in heard:
                if not (more := await reader.read(65_536)):
                    raise WrongError("a connection with resets within the bounds was closed")
                heard = heard[-len(_MORE_PING) :] + more
    finally:
        writer.close()
        await _closed(writer)


async def cut(random: Random, host: str, port: int) -> None:
    """Ask for much, read nothing of it, and go in the middle of a frame."""
    _, writer = await asyncio.open_connection(host, port, limit=1)
    writer.write(frames.PREFACE + frames.settings(()))
    encoder = Encoder()
    plan = Plan(reply_size=LARGEST, replies=20, offset=random.randrange(60_000))
    octets = b"".join(_call(encoder, number, "Replies", plan) for number in (1, 3, 5))
    writer.write(octets[: random.randrange(1, len(octets) + 1)])
    await asyncio.sleep(random.expovariate(1 / 0.05))
    reset(writer)
    await _closed(writer)


def _call(encoder: Encoder, number: int, kind: str, plan: Plan) -> bytes:
    fields = (
        (":method", "POST"),
        (":scheme", "http"),
        (":path", f"/{SERVICE}/{kind}"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        (KEY, b64encode(plan.packed()).decode()),
    )
    request = plan.request(0)
    body = b"\0" + len(request).to_bytes(4, "big") + request
    head = frames.block(number, encoder.encode(fields), 0, frames.DEFAULT_FRAME_SIZE)
    return head + frames.frame(frames.DATA, frames.END_STREAM, number, body)


async def _closed(writer: asyncio.StreamWriter) -> None:
    try:
        await writer.wait_closed()
    except OSError:
        return
