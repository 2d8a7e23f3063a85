"""Chat over WebSocket: each text frame is one message of the bidirectional stream MessagingService.Chat."""

import asyncio
import random
from typing import Any

from edge import problems
from edge.access_log import AccessLog
from edge.addresses import ClientAddresses
from edge.answers import of_problem
from edge.chat_frames import ChatFrames, ClientFrames
from edge.chat_socket import POLICY, RESTART, TRY_LATER, ChatSocket, Receive, Send, SocketClosed
from edge.chat_stream import ChatStream
from edge.faults import MalformedRequest
from edge.incoming import Incoming, checked
from edge.metrics import open_streams
from edge.stream_quota import StreamQuota
from edge.trace_ids import Tracing
from edge.websocket_protocol import SIGNED_IN
from mesh.contract import MethodSpec
from mesh.errors import Code, Failure, Unauthenticated
from mesh.rpc.client import Peer
from mesh.rpc.ended import Ended
from mesh.telemetry import bind_request_id

PATH = "/ws"
AUTH_SECONDS = 5.0
"""How long a client may take to say who it is."""
RECONNECT_SECONDS = (0.5, 5.0)
"""Clients of an instance that stops come back spread over this time."""

_BEARER = "guild.bearer."


class ChatGate:
    """An ASGI application for the type websocket."""

    def __init__(
        self,
        method: MethodSpec,
        peer: Peer,
        frames: ChatFrames,
        *,
        quota: StreamQuota,
        addresses: ClientAddresses,
        tracing: Tracing,
        access_log: AccessLog,
    ) -> None:
        self._method = method
        self._peer = peer
        self._frames = frames
        self._quota = quota
        self._addresses = addresses
        self._tracing = tracing
        self._access_log = access_log
        self._open: set[ChatStream] = set()
        self._draining = False

    def drain(self) -> None:
        """Send all clients away, each after a time of its own; take no new ones."""
        self._draining = True
        for stream in tuple(self._open):
            stream.leave(random.uniform(*RECONNECT_SECONDS))  # noqa: S311 - jitter is no secret

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one WebSocket to its end."""
        client = scope["client"]
        incoming = Incoming(scope["headers"], client[0] if client else None, self._addresses)
        bind_request_id(incoming.request_id)
        if scope["path"] != PATH:
            await self._refuse(incoming, send, problems.no_route(scope["path"][:200]).problem, scope["path"])
            return
        try:
            with (
                self._quota.take(incoming.address),
                open_streams.labels("websocket").track_inprogress(),
                self._tracing.begin(self._method.full_name, incoming.text(b"traceparent")) as trace,
            ):
                await self._serve(scope, ChatSocket(receive, send), incoming, trace.traceparent)
        except SocketClosed:
            return
        except Failure as failure:
            await self._refuse(incoming, send, problems.of_failure(failure, incoming.request_id), PATH)

    async def _serve(self, scope: Any, socket: ChatSocket, incoming: Incoming, traceparent: str) -> None:
        protocol = next((one for one in scope["subprotocols"] if one.startswith(_BEARER)), None)
        authorization = incoming.text(b"authorization")
        if not authorization and protocol:
            authorization = f"Bearer {checked('sec-websocket-protocol', protocol.removeprefix(_BEARER))}"
        metadata = [pair for pair in incoming.metadata(traceparent) if pair[0] != "authorization"]
        frames = self._frames.of_client()
        await socket.accept(protocol)
        if self._draining:
            await _send_away(socket, frames)
            return
        authorization = authorization or await _introduced(socket, incoming, frames)
        if not authorization:
            return
        try:
            upstream = self._peer.stream(self._method.full_name, [*metadata, ("authorization", authorization)])
        except Ended as ended:
            if ended.code == Code.UNAVAILABLE:  # the service does not answer at present
                await _send_away(socket, frames)
            else:
                await socket.write(frames.error(ended.failure, incoming.request_id))
                await socket.close(TRY_LATER, ended.failure.reason)
            return
        scope["extensions"][SIGNED_IN]()
        stream = ChatStream(socket, upstream, frames, incoming.request_id)
        self._open.add(stream)
        try:
            await stream.run()
        finally:
            self._open.discard(stream)

    async def _refuse(self, incoming: Incoming, send: Send, problem: problems.Problem, path: str) -> None:
        """Answer a handshake with a problem instead."""
        self._access_log.refusal(PATH, problem.reason)
        answer = of_problem(problem, problems.instance(path), incoming.request_id)
        headers = [tuple(line.split(b": ", 1)) for line in answer.lines().splitlines()]
        head = {"type": "websocket.http.response.start", "status": answer.status, "headers": headers}
        await send(head)
        await send({"type": "websocket.http.response.body", "body": answer.body})


async def _send_away(socket: ChatSocket, frames: ClientFrames) -> None:
    await socket.write(frames.goaway(random.uniform(*RECONNECT_SECONDS)))  # noqa: S311 - jitter is no secret
    await socket.close(RESTART, "SHUTDOWN")


async def _introduced(socket: ChatSocket, incoming: Incoming, frames: ClientFrames) -> str:
    """Return the authorization that the first frame holds; refuse and close when it holds none."""
    try:
        async with asyncio.timeout(AUTH_SECONDS):
            token = frames.token(await socket.read())
    except TimeoutError:
        token = ""
    except MalformedRequest as wrong:
        await socket.write(frames.error(wrong, incoming.request_id))
        await socket.close(POLICY, wrong.reason)
        return ""
    if token and token.isascii() and token.isprintable():
        return f"Bearer {token}"
    advice = 'sign in: send {"auth":{"token":"…"}} as the first frame, within five seconds'
    await socket.write(frames.error(Unauthenticated(advice), incoming.request_id))
    await socket.close(POLICY, "UNAUTHENTICATED")
    return ""
