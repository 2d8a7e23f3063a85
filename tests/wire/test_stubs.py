"""What a synchronous stub of another team sends, seen through grpcio's testing channel."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import grpc_testing
import pytest

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub

SERVICE = pb.DESCRIPTOR.services_by_name["ConnectionService"]
USER = "0190a5d8-4a53-7c2e-8c11-2f6f0f6a9b01"


@pytest.fixture
def channel() -> grpc_testing.Channel:
    return grpc_testing.channel([SERVICE], grpc_testing.strict_fake_time(0))


def test_a_blocking_stub_sends_the_request_and_gets_the_reply(channel: grpc_testing.Channel) -> None:
    """The generated stub works on any channel; metadata travels beside the message."""
    accepted = pb.AcceptConnectionResponse(connection=pb.Connection(user_id=USER, status=pb.CONNECTION_STATUS_ACCEPTED))
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(
            ConnectionServiceStub(channel).AcceptConnection,
            pb.AcceptConnectionRequest(user_id=USER),
            metadata=(("idempotency-key", "k"),),
        )
        metadata, request, rpc = channel.take_unary_unary(SERVICE.methods_by_name["AcceptConnection"])
        rpc.terminate(accepted, (), grpc.StatusCode.OK, "")
        assert accepted == call.result(5)
    assert (USER, "k") == (request.user_id, dict(metadata)["idempotency-key"])


def test_a_streaming_stub_reads_page_after_page(channel: grpc_testing.Channel) -> None:
    """Ids come in as many messages as the service sends."""
    replies = ConnectionServiceStub(channel).StreamConnectionIds(pb.StreamConnectionIdsRequest(user_id=USER))
    _, _, rpc = channel.take_unary_stream(SERVICE.methods_by_name["StreamConnectionIds"])
    for page in (["a", "b"], ["c"]):
        rpc.send_response(pb.StreamConnectionIdsResponse(user_ids=page))
    rpc.terminate((), grpc.StatusCode.OK, "")
    assert [["a", "b"], ["c"]] == [list(reply.user_ids) for reply in replies]
