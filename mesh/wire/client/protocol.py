"""A client's end of one connection."""

import asyncio
from typing import TYPE_CHECKING, cast

from mesh.wire.errors import ErrorCode
from mesh.wire.events import Broken, DataReceived, Event, FieldsReceived, GoingAway, PeerSettled, StreamReset
from mesh.wire.transport import Wire

if TYPE_CHECKING:
    from mesh.wire.client.address import Address

_TOO_MANY_PINGS = b"too_many_pings"
_LOST = "the connection was lost"
_REFUSED = "the server hung up before it said anything; it may want TLS"
_REFUSED_TLS = "the server hung up after the TLS handshake; it may not accept the certificate it was shown, or want one"
"""A server refuses certificates after the client's part of the handshake, and not every one says so."""


class ClientWire(Wire):
    """Belongs to one address of a channel."""

    def __init__(self, address: "Address", loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(address.channel.limits, loop, client=True)
        self.settled: asyncio.Future[None] = loop.create_future()
        """Done when the server has said its settings; a ConnectionError when the connection is lost before."""
        self.leaving = False
        """Whether no more streams are to be opened on this connection."""
        self.drained = False
        """Whether that is because the server said so in good order."""
        self.why = _LOST
        """What calls are told that end with it."""
        self._address = address
        self._rests = 0.0
        self._said = 0

    @property
    def has_room(self) -> bool:
        """Whether another stream may be opened."""
        http = self.http
        return len(http.streams) < http.peer_max_streams and not http.used_up

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, unless TLS agreed on something that is not HTTP/2."""
        tls = transport.get_extra_info("ssl_object")
        if tls is not None and tls.selected_alpn_protocol() != "h2":
            self.why = "the server does not speak HTTP/2"
            cast("asyncio.Transport", transport).abort()
            return
        self.why = _REFUSED if tls is None else _REFUSED_TLS
        super().connection_made(transport)

    def on_event(self, event: Event) -> None:
        """Hand what came to the call it is for."""
        if type(event) is DataReceived:
            call = event.stream.call
            if call is not None:
                call.on_data(event.data, ended=event.ended)
        elif type(event) is FieldsReceived:
            self._on_fields(event)
        elif type(event) is StreamReset:
            call = event.stream.call
            if call is not None:
                call.on_reset(event.code, event.message)
            self.stream_closed()
        else:
            self._on_connection_event(event)

    def _on_fields(self, event: FieldsReceived) -> None:
        stream = event.stream
        if stream.call is not None:
            stream.call.on_fields(event.status, event.fields, ended=event.ended)
        if event.ended:
            if stream.local_open:  # the answer is complete: nobody will look at what we might still say
                self.http.send_reset(stream, ErrorCode.NO_ERROR)
            self.stream_closed()

    def _on_connection_event(self, event: Event) -> None:
        if type(event) is PeerSettled:
            if not self.settled.done():
                self.why = _LOST
                self.settled.set_result(None)
            else:
                self._address.channel.serve_waiting()
        elif type(event) is GoingAway:
            self._leave(event)
        elif type(event) is Broken:
            self.why = f"the server broke the protocol: {event.message}"

    def eof_received(self) -> None:
        """End at once: a server that says nothing more ends no call, and may not read what is still to be written."""
        self._end()
        self.loop.call_soon(self.abort)  # not now: TLS may say this in the middle of closing, and goes on with it

    def close(self) -> None:
        """Close the transport when all that was said is written; the calls that are open end now."""
        self._end()
        super().close()

    def abort(self) -> None:
        """Close the transport, end the calls."""
        self._end()
        super().abort()

    def break_off(self, code: ErrorCode, message: str) -> None:
        """End the connection over what the server did."""
        self.why = f"the server broke the protocol: {message}"
        super().break_off(code, message)

    def on_lost(self, error: Exception | None) -> None:
        """End the calls."""
        if error is not None:
            self.why = f"{self.why}: {error}"
        self._end()
        self._address.lost(self)

    def discard(self) -> None:
        """Forget a connection that nobody was told of."""
        if not self.settled.cancel() and not self.settled.cancelled():
            self.settled.exception()  # nobody else asks
        self.abort()

    def _end(self) -> None:
        self.leaving = True
        if not self.settled.done():
            self.settled.set_exception(ConnectionError(self.why))
        self._address.left(self)
        for stream in list(self.http.streams.values()):
            if stream.call is not None:
                stream.call.on_lost(self.why)

    def stream_closed(self) -> None:
        """A stream is over: another may begin, or the connection has none to wait for."""
        if self.leaving:
            if not self.http.streams:
                self.close()
        else:
            self._address.channel.serve_waiting()

    def retire(self) -> None:
        """Close when the last stream is over."""
        self.leaving = True
        self.stream_closed()

    def rested(self, now: float, calls: int) -> float:
        """Return for how many seconds there were no calls, as far as was asked; `calls` are those there are."""
        said = self.http.said
        if calls or said != self._said:
            self._said, self._rests = said, now
        return now - max(self._rests, self.opened)

    def _leave(self, event: GoingAway) -> None:
        """Send elsewhere what the server never looked at, and let it finish the rest."""
        debug = event.debug.decode("latin-1")
        if event.code is not ErrorCode.NO_ERROR:
            self.why = f"the server went away: {event.code.name} {debug}".rstrip()
        else:
            self.drained = True
            self.why = "the server went away"
        if event.code is ErrorCode.ENHANCE_YOUR_CALM and event.debug == _TOO_MANY_PINGS:
            self._address.channel.ask_less()
        self.leaving = True
        self._address.left(self)
        for stream in list(self.http.streams.values()):
            if stream.id > event.last_stream:
                call = stream.call
                self.http.send_reset(stream, ErrorCode.CANCEL)
                if call is not None:
                    call.on_unseen()
        self.stream_closed()
