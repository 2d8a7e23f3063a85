"""The reasons why calls fail, read from guild.errors.v1.ErrorReason."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from guild.errors.v1 import reason_pb2
from mesh.errors import Code

LAST_GENERAL = 39
"""Reasons with numbers up to this one may come from any method; the policies name the others."""


class Reason(NamedTuple):
    """What a reason stands for; `metadata` are the keys of ErrorInfo.metadata that come with it."""

    number: int
    code: Code
    http_status: int
    metadata: frozenset[str]


@cache
def reasons() -> Mapping[str, Reason]:
    """Return the reasons of the contract by their bare names."""
    found: dict[str, Reason] = {}
    for value in reason_pb2.ErrorReason.DESCRIPTOR.values[1:]:
        written = value.GetOptions().Extensions[reason_pb2.reason]
        found[value.name] = Reason(value.number, Code(written.code), written.http_status, frozenset(written.metadata))
    return MappingProxyType(found)
