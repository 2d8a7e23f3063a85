"""Calls of the soak: each checks what it is answered, and says how it ended."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any

import grpc

from tests.soak.plan import CODES, KEY, LARGEST, SERVICE, End, Plan
from tests.soak.service import TRAILER, summary

OUTER_SECONDS = 45.0
"""After this a call hangs: none has that much to do, on however busy a machine."""
_TOTAL = 2 * LARGEST
"""Octets of one direction of a stream."""
Code = grpc.StatusCode


class WrongError(Exception):
    """An answer is not what it should be."""


class Fate(StrEnum):
    """What becomes of a call, as its caller means it."""

    FINISH = "finish"
    DEADLINE = "deadline"
    """It hangs, and its deadline passes."""
    HASTE = "haste"
    """Its deadline may pass before it is done."""
    CANCEL = "cancel"
    ABANDON = "abandon"
    """The task that waits for it is cancelled."""
    CLOSE = "close"
    """Its channel is closed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call to make."""

    kind: str
    fate: Fate
    plan: Plan
    zipped: bool
    """Whether the requests are."""
    written: bool
    """Whether requests are written one by one; else an iterator gives them."""
    slow: float
    """Seconds before each read."""
    delay: float
    """Seconds until it is cancelled, or its deadline."""
    patient: bool
    """Whether it waits for a connection."""

    def expected(self, *, rough: bool) -> set[Code]:
        """How it may end."""
        ends = {CODES[self.plan.end]} if self.plan.end in CODES else set[Code]()
        if self.fate in {Fate.DEADLINE, Fate.HASTE}:
            ends.add(Code.DEADLINE_EXCEEDED)
        elif self.fate is not Fate.FINISH:
            ends.add(Code.CANCELLED)
        return ends | ({Code.UNAVAILABLE} if rough else set())


def invented(random: Random) -> Attempt:
    """Return a call by chance."""
    kind = random.choice(list(DRIVERS))
    fate = random.choices(list(Fate), (70, 4, 6, 10, 8, 2))[0]
    end = End.OK if random.random() < 0.85 else random.choice((End.ABORT, End.RAISE, End.SET_CODE, End.EARLY))
    if fate is Fate.DEADLINE or (fate in {Fate.CANCEL, Fate.ABANDON, Fate.CLOSE} and random.random() < 0.3):
        end = End.HANG
    if end is End.EARLY and kind in {"Unary", "Replies"}:
        end = End.OK
    requests = random.randint(1, 20) if kind in {"Requests", "Duplex"} else 1
    replies = random.randint(1, 20) if kind == "Replies" else 1
    zipped = random.random() < 0.15
    plan = Plan(
        end=end,
        zipped=zipped and random.random() < 0.7,
        request_size=_size(random, requests, zipped=zipped),
        requests=requests,
        reply_size=_size(random, max(replies, requests if kind == "Duplex" else 1), zipped=zipped),
        replies=replies,
        offset=random.randrange(60_000),
        pause=random.choices((0, random.randint(1, 10), random.randint(10, 60)), (85, 12, 3))[0],
    )
    slow = random.choices((0.0, random.uniform(0.0, 0.03)), (85, 15))[0]
    delay = 0.0 if random.random() < 0.2 else random.expovariate(1 / 0.02)
    return Attempt(kind, fate, plan, zipped, random.random() < 0.5, slow, delay, random.random() < 0.3)


def _size(random: Random, messages: int, *, zipped: bool) -> int:
    most = min(LARGEST if not zipped else LARGEST // 8, _TOTAL // messages)
    low, high = random.choices(((1, 200), (200, 20_000), (20_000, most)), (60, 32, 8))[0]
    return min(most, random.randint(low, max(low, high)))


async def perform(channel: Any, attempt: Attempt) -> tuple[Code, str]:
    """Make the call and see to its fate; returns how it ended, raises WrongError where that makes no sense."""
    plan = attempt.plan
    timeout = max(attempt.delay, 0.001) if attempt.fate in {Fate.DEADLINE, Fate.HASTE} else None
    if timeout is None and plan.offset & 1:
        timeout = 2 * OUTER_SECONDS
    options = {
        "timeout": timeout,
        "metadata": ((KEY, plan.packed()),),
        "compression": grpc.Compression.Gzip if attempt.zipped else None,
        "wait_for_ready": attempt.patient,
    }
    begin, drive = DRIVERS[attempt.kind]
    call = begin(channel, attempt, options)
    driver = asyncio.create_task(drive(call, attempt))
    if attempt.fate in {Fate.CANCEL, Fate.ABANDON, Fate.CLOSE}:
        if attempt.delay or plan.offset & 2:
            await asyncio.wait({driver}, timeout=attempt.delay)
        await _give_up(channel, call, driver, attempt.fate)
    done, _ = await asyncio.wait({driver}, timeout=OUTER_SECONDS)
    if not done:
        driver.cancel()
        raise WrongError(f"hangs: {_state(call)}")
    code = await _outcome(call, driver, attempt)
    return code, await call.details()


async def _give_up(channel: Any, call: Any, driver: asyncio.Task[None], fate: Fate) -> None:
    if fate is Fate.CANCEL:
        call.cancel()
    elif fate is Fate.ABANDON:
        driver.cancel()
    else:
        await channel.close()


async def _outcome(call: Any, driver: asyncio.Task[None], attempt: Attempt) -> Code:
    if driver.cancelled():
        if attempt.fate not in {Fate.CANCEL, Fate.ABANDON, Fate.CLOSE}:
            raise WrongError("was cancelled by nobody")
        if attempt.fate is Fate.ABANDON and (
            attempt.slow or not attempt.delay
        ):  # perhaps it was not waiting for the call
            call.cancel()
        await asyncio.wait_for(call.code(), OUTER_SECONDS)
        return Code.CANCELLED
    error = driver.exception()
    if error is None:
        code = Code.OK
    elif isinstance(error, grpc.aio.AioRpcError):
        code = error.code()
        _check_status(error, attempt.plan)
    else:
        raise error
    if not call.done():
        raise WrongError(f"ended as {code.name} and is not done")
    said = await asyncio.wait_for(call.code(), OUTER_SECONDS)
    if said is not code:
        raise WrongError(f"ended as {code.name} and says {said.name}: {await call.details()}")
    return code


def _check_status(error: grpc.aio.AioRpcError, plan: Plan) -> None:
    if error.code() is CODES.get(plan.end) and plan.end in {End.ABORT, End.SET_CODE}:
        if error.details() != plan.details:
            raise WrongError(f"details {error.details()!r}")
        if plan.end is End.ABORT and TRAILER not in tuple(error.trailing_metadata()):
            raise WrongError(f"trailing metadata {error.trailing_metadata()!r}")
    elif error.code() not in {CODES.get(plan.end), Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.CANCELLED}:
        raise WrongError(f"ended as {error.code().name}: {error.details()}")


# ── the four kinds ──


def _method(channel: Any, attempt: Attempt) -> Any:
    name = f"/{SERVICE}/{attempt.kind}"
    makers = {
        "Unary": channel.unary_unary,
        "Replies": channel.unary_stream,
        "Requests": channel.stream_unary,
        "Duplex": channel.stream_stream,
    }
    return makers[attempt.kind](name)


def _begin_one(channel: Any, attempt: Attempt, options: dict[str, Any]) -> Any:
    return _method(channel, attempt)(attempt.plan.request(0), **options)


def _begin_many(channel: Any, attempt: Attempt, options: dict[str, Any]) -> Any:
    iterator = None if attempt.written or attempt.kind == "Duplex" else _given(attempt.plan)
    return _method(channel, attempt)(iterator, **options)


async def _given(plan: Plan) -> AsyncIterator[bytes]:
    for number in range(plan.requests):
        yield plan.request(number)


async def _drive_unary(call: Any, attempt: Attempt) -> None:
    _check(0, await call, attempt.plan)


async def _drive_replies(call: Any, attempt: Attempt) -> None:
    number = 0
    while (reply := await call.read()) is not grpc.aio.EOF:
        _check(number, reply, attempt.plan)
        number += 1
        if attempt.slow:
            await asyncio.sleep(attempt.slow)
    await _check_end(call, number, attempt.plan.replies)


async def _drive_requests(call: Any, attempt: Attempt) -> None:
    plan = attempt.plan
    if attempt.written:
        await _write(call, attempt)
    count = plan.half if plan.end is End.EARLY else plan.requests
    checksum = 0
    for number in range(count):
        checksum = zlib.crc32(plan.request(number), checksum)
    if (reply := await call) != summary(count, checksum):
        raise WrongError(f"the summary is {reply!r}")


async def _write(call: Any, attempt: Attempt) -> None:
    try:
        for number in range(attempt.plan.requests):
            await call.write(attempt.plan.request(number))
            if attempt.slow:
                await asyncio.sleep(attempt.slow)
        await call.done_writing()
    except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
        return  # the call has ended: reading says how


async def _drive_duplex(call: Any, attempt: Attempt) -> None:
    plan = attempt.plan
    if attempt.written:  # a writer and a reader that do not wait for each other
        writer = asyncio.create_task(_write(call, attempt))
        try:
            number = await _read_duplex(call, attempt, plan.requests + 1)
        finally:
            writer.cancel()
            await asyncio.wait({writer})
    else:
        number = 0
        while number < plan.requests:
            try:
                await call.write(plan.request(number))
            except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
                break
            if not await _read_duplex(call, attempt, 1, number):
                break
            number += 1
        await call.done_writing()
        number += await _read_duplex(call, attempt, 1, number)
    await _check_end(call, number, plan.half if plan.end is End.EARLY else plan.requests)


async def _read_duplex(call: Any, attempt: Attempt, most: int, first: int = 0) -> int:
    for read in range(most):
        if attempt.slow:
            await asyncio.sleep(attempt.slow)
        if (reply := await call.read()) is grpc.aio.EOF:
            return read
        _check(first + read, reply, attempt.plan)
    return most


def _check(number: int, reply: bytes, plan: Plan) -> None:
    if reply != plan.reply(number):
        raise WrongError(f"reply {number} has {len(reply)} wrong octets")


async def _check_end(call: Any, number: int, expected: int) -> None:
    if await call.code() is not Code.OK:  # a code that was set ends a stream whose messages came
        raise grpc.aio.AioRpcError(
            await call.code(), await call.initial_metadata(), await call.trailing_metadata(), await call.details()
        )
    if number != expected:
        raise WrongError(f"{number} replies instead of {expected}")


def _state(call: Any) -> str:
    stream = getattr(call, "_stream", None)
    known = {name: getattr(stream, name) for name in getattr(stream, "__slots__", ()) if name not in {"call", "outbox"}}
    return f"{type(call).__name__} done={call.done()} stream={known}"


Driver = Callable[[Any, Attempt], Awaitable[None]]
DRIVERS: dict[str, tuple[Callable[[Any, Attempt, dict[str, Any]], Any], Any]] = {
    "Unary": (_begin_one, _drive_unary),
    "Replies": (_begin_one, _drive_replies),
    "Requests": (_begin_many, _drive_requests),
    "Duplex": (_begin_many, _drive_duplex),
}
