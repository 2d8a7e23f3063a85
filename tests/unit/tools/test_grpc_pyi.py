"""The types of the generated gRPC classes."""

from google.protobuf import descriptor_pb2
from google.protobuf.compiler import plugin_pb2

from tools.protoc_gen_grpc_pyi import generate

FILE = descriptor_pb2.FileDescriptorProto(
    name="guild/x/v1/x.proto",
    package="guild.x.v1",
    message_type=[descriptor_pb2.DescriptorProto(name="A"), descriptor_pb2.DescriptorProto(name="B")],
    service=[
        descriptor_pb2.ServiceDescriptorProto(
            name="S",
            method=[
                descriptor_pb2.MethodDescriptorProto(
                    name="Ask", input_type=".guild.x.v1.A", output_type=".guild.x.v1.B"
                ),
                descriptor_pb2.MethodDescriptorProto(
                    name="Talk",
                    input_type=".guild.x.v1.A",
                    output_type=".guild.x.v1.B",
                    client_streaming=True,
                    server_streaming=True,
                ),
            ],
        )
    ],
)


def test_servicers_are_asynchronous_and_stubs_know_their_arity() -> None:
    """A unary method is a coroutine function; a stream may be a generator or a coroutine that writes."""
    request = plugin_pb2.CodeGeneratorRequest(file_to_generate=[FILE.name], proto_file=[FILE])

    [file] = generate(request).file

    assert file.name == "guild/x/v1/x_pb2_grpc.pyi"
    lines = [line.strip() for line in file.content.splitlines()]
    module = "_guild_x_v1_x_pb2"
    assert f"Ask: _aio.UnaryUnaryMultiCallable[{module}.A, {module}.B]" in lines
    assert f"Talk: _aio.StreamStreamMultiCallable[{module}.A, {module}.B]" in lines
    assert "async def Ask(" in lines
    assert f") -> _abc.AsyncIterator[{module}.B] | _abc.Awaitable[None]:" in lines


def test_files_that_were_not_asked_for_give_nothing() -> None:
    """Imports of a requested file are not generated again."""
    assert not generate(plugin_pb2.CodeGeneratorRequest(proto_file=[FILE])).file
