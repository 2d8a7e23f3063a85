"""One event that several listen to."""

from collections.abc import Awaitable, Callable
from typing import Any

from mesh.events import Event

Handler = Callable[[Event[Any]], Awaitable[Any]]


def in_turn(*handlers: Handler) -> Handler:
    """Each hears an event after the one before it; all of them again when one fails, so a repeat must do no harm."""

    async def hear(event: Event[Any]) -> None:
        for handler in handlers:
            await handler(event)

    return hear
