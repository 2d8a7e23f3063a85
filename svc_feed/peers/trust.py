"""Suspicions about members and what they write, for those who decide about them."""

from typing import Any

from guild.common.v1 import content_ref_pb2
from guild.trust.v1 import trust_service_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from svc_feed.domain.ids import UserId
from svc_feed.domain.safety.assessment import EXPLANATIONS, Outcome
from svc_feed.domain.safety.review import Review

_SCORES = {Outcome.REVIEW: 60, Outcome.REMOVE: 95}
_OFTEN = 80


class Trust:
    """Told by a worker: a repeat makes a suspicion more certain. Raises Unavailable."""

    def __init__(self, channel: Any) -> None:
        self._stub = TrustServiceStub(channel)

    async def suspect_content(self, review: Review) -> None:
        """Something was found in what a member wrote."""
        author, post, comment_id = review.content
        content = content_ref_pb2.ContentRef(
            kind=content_ref_pb2.CONTENT_KIND_COMMENT if comment_id else content_ref_pb2.CONTENT_KIND_POST,
            id=str(review.content.id),
            parent_id=str(post.post_id) if comment_id else None,
            author_id=str(author),
        )
        evidence = EXPLANATIONS[review.reason] if review.reason else "an operator removed it"
        request = pb.RaiseFlagRequest(
            user_id=str(author),
            kind=pb.FLAG_KIND_CONTENT,
            content=content,
            score=_SCORES[review.outcome],
            evidence=f"{evidence} Rules {review.rules}.",
        )
        if review.decision_id is not None:
            request.removal_id = str(review.decision_id)
        await self._stub.RaiseFlag(request)

    async def suspect_member(self, author: UserId, offences: int) -> None:
        """Much of what a member wrote was held or removed."""
        evidence = f"{offences} posts or comments were held or removed within 30 days."
        await self._stub.RaiseFlag(
            pb.RaiseFlagRequest(user_id=str(author), kind=pb.FLAG_KIND_SPAM, score=_OFTEN, evidence=evidence)
        )
