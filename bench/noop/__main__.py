"""Run the role. It stands on the mesh alone, so that the mesh of another commit can run it as a file."""

import sys
from typing import Any

from guild.feed.v1.post_service_pb2 import GetPostResponse
from guild.feed.v1.post_service_pb2_grpc import PostServiceServicer, add_PostServiceServicer_to_server
from mesh.lifecycle import App, run
from mesh.service import Base, ServiceConfig
from mesh.settings import load

_REPLY = GetPostResponse()
_REPLY.item.post.content = "Nothing was read for this. " * 9  # about 250 octets


class Noop(PostServiceServicer):
    """GetPost for members, charged to the bucket of reads, its request validated: and then nothing."""

    async def GetPost(self, request: Any, context: Any) -> GetPostResponse:  # noqa: ARG002 - whatever was asked
        """Answer the same to everybody."""
        return _REPLY


def build(config: ServiceConfig) -> App:
    """The role, in the place of the feed service: calls that the edge signs for that one are good here."""
    servicers = [(add_PostServiceServicer_to_server, Noop())]
    return Base("feed", config).app(servicers=servicers, relay=False)


if __name__ == "__main__":
    sys.exit(run(lambda: build(load(ServiceConfig)), service="noop"))
