"""The buffer of one stream."""

import asyncio

from svc_messaging.live.outgoing import MAX_BYTES, MAX_FRAMES, Outgoing


async def written(outgoing: Outgoing) -> list[bytes]:
    frames: list[bytes] = []

    async def write(frame: bytes) -> None:
        frames.append(frame)

    await outgoing.write_to(write)
    return frames


async def test_frames_are_written_in_order_up_to_the_end() -> None:
    """What comes after the end is dropped without complaint."""
    outgoing = Outgoing()
    assert outgoing.push(b"1")
    assert outgoing.push(b"2")
    outgoing.end(b"bye")
    outgoing.end(b"again")
    assert outgoing.push(b"3")
    assert [b"1", b"2", b"bye"] == await written(outgoing)


async def test_an_end_can_drop_what_waits() -> None:
    """A client that does not read gets the last word only."""
    outgoing = Outgoing()
    outgoing.push(b"1")
    outgoing.end(b"bye", drop=True)
    assert [b"bye"] == await written(outgoing)


async def test_the_buffer_is_bounded_by_frames_and_by_bytes() -> None:
    """Whichever comes first."""
    many, large = Outgoing(), Outgoing()
    assert [True] * MAX_FRAMES + [False] == [many.push(b"x") for _ in range(MAX_FRAMES + 1)]
    half = b"x" * (MAX_BYTES // 2)
    assert [True, True, False] == [large.push(half) for _ in range(3)]


async def test_who_reads_history_waits_for_room() -> None:
    """Writing makes room; so does the end."""
    outgoing = Outgoing()
    for _ in range(MAX_FRAMES):
        outgoing.push(b"x")
    waiting = asyncio.create_task(outgoing.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    writing = asyncio.create_task(written(outgoing))
    await waiting
    outgoing.end()
    assert MAX_FRAMES == len(await writing)
    await outgoing.room()
