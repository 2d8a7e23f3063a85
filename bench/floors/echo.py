"""The mesh's own server without a concern, answering GetFeed with the same bytes: run as a process of its own."""

import asyncio
import sys
from pathlib import Path
from typing import Any, cast

import uvloop

from guild.feed.v1.feed_service_pb2_grpc import FeedServiceServicer, add_FeedServiceServicer_to_server
from mesh.rpc.pipeline import Pipeline
from mesh.rpc.server import RpcServer
from mesh.settings import Engine, ServerSettings


class Echo(FeedServiceServicer):
    """Answers with what it was given."""

    def __init__(self, reply: bytes) -> None:
        self._reply = reply

    async def GetFeed(self, request: Any, context: Any) -> Any:  # noqa: ARG002 - whatever was asked
        """Answer; a servicer may give bytes, which are sent as they are."""
        return self._reply


def server(engine: Engine, reply: bytes) -> RpcServer:
    """Return a server of one method."""
    servicers = [(add_FeedServiceServicer_to_server, Echo(reply))]
    return RpcServer(ServerSettings(reflection=False), servicers, Pipeline(), engine=engine)


async def _serve(engine: str, reply: bytes) -> None:
    echo = server(cast("Engine", engine), reply)
    await echo.start()
    sys.stdout.write(f"port {echo.port}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until the parent closes it
    await echo.stop()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], Path(sys.argv[2]).read_bytes()))
