"""What becomes of what was found in the texts of a member."""

from mesh.privacy import ME, Delete, Personal
from svc_feed.store.tables import content_reviews, fingerprints

SAFETY = (
    Personal(
        fingerprints,
        fingerprints.c.author_id == ME,
        Delete(),
        unseen="numbers made of the texts, which are exported, for two days",
    ),
    Personal(
        content_reviews,
        content_reviews.c.author_id == ME,
        Delete(),
        section="content_reviews",
        shows="content_id post_id outcome reason rules created_at decision_id decided_at",
        hides={
            "author_id": "the member",
            "post_author_id": "of the post",
            "known told_at": "what the service works by",
            "decided_by": "who works for us",
        },
    ),
)
