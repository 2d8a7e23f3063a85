"""A protoc plugin that types the generated gRPC classes for asyncio.

mypy-protobuf's own makes every method abstract and takes only coroutine functions or only generators for streams; ours
lets a servicer leave methods out (they answer UNIMPLEMENTED) and write a stream either as an async generator or by
`context.write`.
"""

import sys
from collections.abc import Iterator

from google.protobuf import descriptor_pb2
from google.protobuf.compiler import plugin_pb2

HEADER = '''"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio
'''
# path elements of descriptor.proto: FileDescriptorProto.service and ServiceDescriptorProto.method
SERVICE, METHOD = 6, 2


def generate(request: plugin_pb2.CodeGeneratorRequest) -> plugin_pb2.CodeGeneratorResponse:
    """Answers with one `_pb2_grpc.pyi` for each requested file that has services."""
    reply = plugin_pb2.CodeGeneratorResponse(
        supported_features=plugin_pb2.CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL
    )
    homes = {name: file for file in request.proto_file for name in _message_names(file)}
    wanted = set(request.file_to_generate)
    for file in request.proto_file:
        if file.service and file.name in wanted:
            content = "\n".join(_File(file, homes).lines()) + "\n"
            reply.file.add(name=f"{file.name.removesuffix('.proto')}_pb2_grpc.pyi", content=content)
    return reply


class _File:
    def __init__(
        self, file: descriptor_pb2.FileDescriptorProto, homes: dict[str, descriptor_pb2.FileDescriptorProto]
    ) -> None:
        self.file = file
        self.homes = homes
        self.comments = {
            tuple(location.path): location.leading_comments.strip()
            for location in file.source_code_info.location
            if location.leading_comments
        }

    def lines(self) -> Iterator[str]:
        yield HEADER
        types = {
            name for service in self.file.service for m in service.method for name in (m.input_type, m.output_type)
        }
        for name in sorted({self.homes[one].name for one in types}):
            package, _, module = _module(name).rpartition(".")
            yield f"from {package} import {module} as {_alias(name)}"
        for index, service in enumerate(self.file.service):
            yield from self.service(index, service)

    def service(self, index: int, service: descriptor_pb2.ServiceDescriptorProto) -> Iterator[str]:
        about = _docstring(self.comments.get((SERVICE, index), ""), "    ")
        yield f"\nclass {service.name}Stub:"
        yield from about
        yield "    def __init__(self, channel: _aio.Channel) -> None: ..."
        for method in service.method:
            kind = f"{_arity(method.client_streaming)}{_arity(method.server_streaming)}MultiCallable"
            yield f"    {method.name}: _aio.{kind}[{self.type(method.input_type)}, {self.type(method.output_type)}]"
        yield f"\nclass {service.name}Servicer:"
        yield from about
        for number, method in enumerate(service.method):
            yield from self.method(method, self.comments.get((SERVICE, index, METHOD, number), ""))
        yield f"\ndef add_{service.name}Servicer_to_server("
        yield f"    servicer: {service.name}Servicer, server: _typing.Any"
        yield ") -> None: ..."

    def method(self, method: descriptor_pb2.MethodDescriptorProto, comment: str) -> Iterator[str]:
        given, answered = self.type(method.input_type), self.type(method.output_type)
        argument = f"request_iterator: _abc.AsyncIterator[{given}]" if method.client_streaming else f"request: {given}"
        # a stream is an async generator, or a coroutine that writes to the context
        streamed = f"_abc.AsyncIterator[{answered}] | _abc.Awaitable[None]"
        yield f"    {'' if method.server_streaming else 'async '}def {method.name}("
        yield f"        self, {argument}, context: _aio.ServicerContext[{given}, {answered}]"
        yield f"    ) -> {streamed if method.server_streaming else answered}:"
        yield from _docstring(comment, "        ")
        yield "        ..."

    def type(self, name: str) -> str:
        home = self.homes[name]
        return f"{_alias(home.name)}.{name.removeprefix(f'.{home.package}.')}"


def _message_names(file: descriptor_pb2.FileDescriptorProto) -> Iterator[str]:
    def walk(prefix: str, messages: Iterator[descriptor_pb2.DescriptorProto]) -> Iterator[str]:
        for message in messages:
            yield f"{prefix}.{message.name}"
            yield from walk(f"{prefix}.{message.name}", iter(message.nested_type))

    yield from walk(f".{file.package}", iter(file.message_type))


def _module(proto: str) -> str:
    return proto.removesuffix(".proto").replace("/", ".") + "_pb2"


def _alias(proto: str) -> str:
    return "_" + _module(proto).replace(".", "_")


def _arity(streaming: bool) -> str:
    return "Stream" if streaming else "Unary"


def _docstring(comment: str, indent: str) -> list[str]:
    if not comment:
        return []
    lines = [line.strip() for line in comment.replace("\\", "\\\\").replace('"""', "'''").splitlines()]
    if len(lines) == 1 and not lines[0].endswith('"'):
        return [f'{indent}"""{lines[0]}"""']
    return [f'{indent}"""{lines[0]}', *(f"{indent}{line}".rstrip() for line in lines[1:]), f'{indent}"""']


if __name__ == "__main__":
    sys.stdout.buffer.write(
        generate(plugin_pb2.CodeGeneratorRequest.FromString(sys.stdin.buffer.read())).SerializeToString()
    )
