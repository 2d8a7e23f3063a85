"""Interest in the signals on a subject."""

import contextlib
from collections.abc import Awaitable, Callable

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

Callback = Callable[[Msg], Awaitable[None]]


class BusSubscription:
    """Interest in a subject; begins when the bus connects, ends with `stop`."""

    def __init__(
        self, nc: Client, subject: str, callback: Callback, queue: str, *, forget: Callable[["BusSubscription"], None]
    ) -> None:
        self._nc = nc
        self._subject = subject
        self._queue = queue
        self._callback = callback
        self._forget = forget
        self._live: Subscription | None = None
        self._stopped = False

    async def begin(self) -> None:
        """Tell the server."""
        if self._live is None and not self._stopped:
            self._live = await self._nc.subscribe(self._subject, self._queue, self._heard)

    async def stop(self) -> None:
        """Listen no more."""
        self._stopped = True
        self._forget(self)
        if self._live is not None and not self._nc.is_closed:
            live, self._live = self._live, None
            with contextlib.suppress(nats.errors.Error):
                await live.unsubscribe()

    async def _heard(self, message: Msg) -> None:  # the client takes nothing but a coroutine function
        await self._callback(message)
