"""The google.api.http bindings of a method: its REST faces."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor import MethodDescriptor

_HTTP: Any = annotations_pb2.http  # the published stubs call the extension a plain field


@dataclass(frozen=True, slots=True)
class HttpRule:
    """One binding: `body` is "*", the name of a request field or empty; `response_body` a reply field or empty."""

    verb: str
    path: str
    body: str = ""
    response_body: str = ""


def http_rules_of(method: MethodDescriptor) -> tuple[HttpRule, ...]:
    """Return the bindings of `method`, the main one first; empty when it has no REST face."""
    options = method.GetOptions()
    if not options.HasExtension(_HTTP):
        return ()
    return tuple(_bindings(options.Extensions[_HTTP]))


def _bindings(rule: http_pb2.HttpRule) -> Iterator[HttpRule]:
    pattern = rule.WhichOneof("pattern")
    if pattern == "custom":
        yield HttpRule(rule.custom.kind, rule.custom.path, rule.body, rule.response_body)
    elif pattern is not None:
        yield HttpRule(pattern.upper(), getattr(rule, pattern), rule.body, rule.response_body)
    for additional in rule.additional_bindings:
        yield from _bindings(additional)
