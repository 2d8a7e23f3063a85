"""The buffer of one stream."""

import asyncio

from svc_messaging.rpc.chat.outbox import MAX_BYTES, MAX_FRAMES, Outbox


async def written(outbox: Outbox) -> list[bytes]:
    frames: list[bytes] = []

    async def write(frame: bytes) -> None:
        frames.append(frame)

    await outbox.write_to(write)
    return frames


async def test_frames_are_written_in_order_up_to_the_end() -> None:
    """What comes after the end is dropped without complaint."""
    outbox = Outbox()
    assert outbox.push(b"1")
    assert outbox.push(b"2")
    outbox.end(b"bye")
    outbox.end(b"again")
    assert outbox.push(b"3")
    assert [b"1", b"2", b"bye"] == await written(outbox)


async def test_an_end_can_drop_what_waits() -> None:
    """A client that does not read gets the last word only."""
    outbox = Outbox()
    outbox.push(b"1")
    outbox.end(b"bye", drop=True)
    assert [b"bye"] == await written(outbox)


async def test_the_buffer_is_bounded_by_frames_and_by_bytes() -> None:
    """Whichever comes first."""
    many, large = Outbox(), Outbox()
    assert [True] * MAX_FRAMES + [False] == [many.push(b"x") for _ in range(MAX_FRAMES + 1)]
    half = b"x" * (MAX_BYTES // 2)
    assert [True, True, False] == [large.push(half) for _ in range(3)]


async def test_who_reads_history_waits_for_room() -> None:
    """Writing makes room; so does the end."""
    outbox = Outbox()
    for _ in range(MAX_FRAMES):
        outbox.push(b"x")
    waiting = asyncio.create_task(outbox.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    writing = asyncio.create_task(written(outbox))
    await waiting
    outbox.end()
    assert MAX_FRAMES == len(await writing)
    await outbox.room()
