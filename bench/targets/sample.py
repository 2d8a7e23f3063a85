"""What a target is answered, for a floor to answer it too."""

from typing import Any

from bench.load.target import Place


async def sample(target: Any) -> bytes:
    """Return one answer of a target whose session has `send`."""
    session = await target.open(Place(), lambda _name, _seconds: None)
    try:
        return await session.send(1)
    finally:
        await session.close()
