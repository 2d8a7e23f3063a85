"""Degrees by the hundred: ids are octets all the way, and a reply is put together from what repeats."""

from collections.abc import Mapping
from functools import cache
from uuid import UUID

from guild.graph.v1 import degree_pb2 as pb
from svc_profile.domain.ids import UserId

_TEXT = str(UUID(int=0))


def asked(request: pb.BatchGetDegreesRequest) -> Mapping[bytes, bytes]:
    """Whom a request asks about, by octets, each with the text of the id: the door gave each its one spelling."""
    return {bytes.fromhex(text.replace("-", "")): text.encode() for text in request.user_ids}


def packed(me: UserId, degrees: Mapping[bytes, int], texts: Mapping[bytes, bytes]) -> bytes:
    """The bytes of the reply."""
    mine, parts = me.bytes, list[bytes]()
    for one, degree in degrees.items():
        head, tail = _around(degree, is_self=one == mine)
        parts += (head, texts[one], tail)
    return b"".join(parts)


@cache  # there are five
def _around(degree: int, *, is_self: bool) -> tuple[bytes, bytes]:
    """What stands before an id in the reply, and behind it."""
    one = pb.MemberDegree(user_id=_TEXT, degree=degree, is_self=is_self)
    head, _, tail = pb.BatchGetDegreesResponse(degrees=[one]).SerializeToString().partition(_TEXT.encode())
    return head, tail
