"""Questions and answers of CheckAccess, by the hundred: what repeats is parsed and packed once."""

from collections.abc import Iterable
from functools import cache, lru_cache
from uuid import UUID

from guild.graph.v1 import connection_service_pb2 as pb
from svc_profile.domain.ids import UserId
from svc_profile.domain.rights import Rights
from svc_profile.usecases.known_access import Answer, Asked, Pairs, spelled

_TEXT = str(UUID(int=0))
_VIEWER = pb.AccessVerdict(viewer_id=_TEXT).SerializeToString()[: -len(_TEXT)]
_OWNER = pb.AccessVerdict(owner_id=_TEXT).SerializeToString()[: -len(_TEXT)]


@lru_cache(maxsize=65_536)  # some 10 MB beside those of `spelled`
def asked(text: str) -> Asked:
    """Somebody by their id as it came through the door, where it was found to be one."""
    return spelled(UserId(UUID(text)))


def pairs(request: pb.CheckAccessRequest) -> Pairs:
    """The pairs of viewer and owner that a request asks for, each once."""
    found: dict[Asked | None, dict[str, Asked]] = {}
    viewers: dict[str, Asked] = {}
    for question in request.questions:
        viewer = asked(question.viewer_id) if question.viewer_id else None
        if viewer is not None:
            viewer = viewers.setdefault(viewer.digits, viewer)
        found.setdefault(viewer, {}).update((one.digits, one) for one in map(asked, question.owner_ids))
    return {viewer: owners.values() for viewer, owners in found.items()}


def second_degree(request: pb.CheckAccessRequest) -> frozenset[Asked]:
    """The viewers for whom a request asks what is for the second degree too."""
    return frozenset(
        asked(question.viewer_id)
        for question in request.questions
        if question.with_second_degree and question.viewer_id
    )


def packed(answers: Iterable[Answer]) -> bytes:
    """The reply, put together from bytes: all but the ids repeats."""
    parts: list[bytes] = []
    for viewer, owner, rights, lists, second_degree in answers:
        if lists:
            more = pb.AccessVerdict(list_ids=[str(one) for one in lists], may_see_second_degree_posts=second_degree)
            parts.append(_with(more, viewer, owner, rights))
            continue
        head, tail = _said(rights, second_degree=second_degree, signed_in=viewer is not None)
        parts += (head, owner.text, tail) if viewer is None else (head, viewer.text, _OWNER, owner.text, tail)
    return b"".join(parts)


@cache  # there are few rights
def _said(rights: Rights, *, second_degree: bool, signed_in: bool) -> tuple[bytes, bytes]:
    """What comes before the first id of a verdict in the reply, and what after the last."""
    tail = pb.AccessVerdict(**rights._asdict(), may_see_second_degree_posts=second_degree).SerializeToString()
    ids = _OWNER + _TEXT.encode()
    if signed_in:
        ids = _VIEWER + _TEXT.encode() + ids
    whole = pb.CheckAccessResponse(verdicts=[pb.AccessVerdict.FromString(ids + tail)]).SerializeToString()
    return whole[: len(whole) - len(ids) - len(tail)] + (_VIEWER if signed_in else _OWNER), tail


def _with(more: pb.AccessVerdict, viewer: Asked | None, owner: Asked, rights: Rights) -> bytes:
    said = pb.AccessVerdict(viewer_id=viewer.text.decode() if viewer else "", owner_id=owner.text.decode())
    said.MergeFrom(pb.AccessVerdict(**rights._asdict()))
    said.MergeFrom(more)
    return pb.CheckAccessResponse(verdicts=[said]).SerializeToString()
