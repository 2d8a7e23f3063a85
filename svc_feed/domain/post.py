"""A post or an article: what its author published, and how often it was answered."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from mesh.errors import (
    FailedPrecondition,
    FieldNotUpdatable,
    FieldViolation,
    InvalidArgument,
    NotFound,
    PermissionDenied,
)
from mesh.etags import check_etag, etag
from mesh.ids import uuid7
from mesh.texts import shows_nothing
from svc_feed.domain.answers import AnswerAudience, AnswersClosed
from svc_feed.domain.article import excerpt_of, minutes_to_read
from svc_feed.domain.hashtags import hashtags_of
from svc_feed.domain.ids import CompanyId, DecisionId, ListId, MediaId, PostId, UserId
from svc_feed.domain.medium import MediaNotFound
from svc_feed.domain.mention import Mention, mentions_of, people_in
from svc_feed.domain.poll import Poll, Question
from svc_feed.domain.post_status import PostStatus
from svc_feed.domain.safety.assessment import Assessment, Outcome
from svc_feed.domain.visibility import OF_COMPANY, AudienceListNotFound, Verdict, Visibility


class Kind(StrEnum):
    """A short text, or a long one with a title."""

    POST = "post"
    ARTICLE = "article"


MAX_CONTENT = {Kind.POST: 3_000, Kind.ARTICLE: 120_000}
"""Characters."""

EDITABLE = frozenset(
    {
        *("content", "title", "media_ids", "cover_media_id", "mentions"),
        *("visibility", "list_id", "comment_audience", "quote_audience"),
    }
)

_MENTION_BYTES = 100  # id, name and place

REVISED = frozenset({"content", "title", "media_ids"})
"""What of it an edit changes for its readers: what was there before is kept, and they are told."""

_NEVER_UNSET = frozenset({"visibility", "comment_audience", "quote_audience"})


class PostNotFound(NotFound):
    """The post does not exist, is deleted, or the caller may not know of it."""

    reason = "POST_NOT_FOUND"

    def __init__(self, post_id: PostId) -> None:
        super().__init__(f"post {post_id} does not exist", metadata={"postId": str(post_id)})


class PostNotShareable(FailedPrecondition):
    """Only what is for everybody is shared."""

    reason = "POST_NOT_SHAREABLE"


class NotTheAuthor(PermissionDenied):
    """Only the author may do this; said to those who may see the post."""

    reason = "NOT_THE_AUTHOR"


class ContentTooLong(InvalidArgument):
    """The text is longer than its kind allows."""

    reason = "CONTENT_TOO_LONG"


class ContentMissing(InvalidArgument):
    """A post needs a text or media, an article also a title, and a post has none."""

    reason = "CONTENT_MISSING"


class UserNotFound(NotFound):
    """The member does not exist, has left, or may not be known to the caller."""

    reason = "USER_NOT_FOUND"

    def __init__(self, user_id: UserId) -> None:
        super().__init__(f"user {user_id} does not exist", metadata={"userId": str(user_id)})


@dataclass(frozen=True)
class Draft:
    """What an author wants to publish."""

    content: str = ""
    visibility: Visibility = Visibility.CONNECTIONS
    kind: Kind = Kind.POST
    title: str | None = None
    media_ids: tuple[MediaId, ...] = ()
    list_id: ListId | None = None
    """The author's list, for Visibility.LIST."""
    comment_audience: AnswerAudience = AnswerAudience.EVERYBODY
    quote_audience: AnswerAudience = AnswerAudience.EVERYBODY
    question: Question | None = None
    mentions: tuple[Mention, ...] = ()
    cover_media_id: MediaId | None = None
    """The picture of an article, one of its media."""


@dataclass(frozen=True, slots=True)
class Post:
    """As stored; `updated_at` and `revision` move with text, media and visibility, never with the counts."""

    id: PostId
    author_id: UserId
    kind: Kind
    content: str
    visibility: Visibility
    created_at: datetime
    updated_at: datetime
    title: str | None = None
    media_ids: tuple[MediaId, ...] = ()
    like_count: int = 0
    reaction_counts: tuple[int, ...] = ()
    """By kind, in the order of `Reaction`."""
    comment_count: int = 0
    share_count: int = 0
    revision: int = 1
    shared_post_id: PostId | None = None
    shared_author_id: UserId | None = None
    detached_from: PostId | None = None
    """The post it shared, whose author took it out."""
    list_id: ListId | None = None
    comment_audience: AnswerAudience = AnswerAudience.EVERYBODY
    quote_audience: AnswerAudience = AnswerAudience.EVERYBODY
    poll: Poll | None = None
    poll_votes: tuple[int, ...] = ()
    """For each answer, in their order; of those at the end may be missing which nobody gave."""
    edited_at: datetime | None = None
    """When text, title or media last changed."""
    status: PostStatus = PostStatus.PUBLISHED
    decision_id: DecisionId | None = None
    """The decision of moderation that took it down."""
    held_for: str | None = None
    mentions: tuple[Mention, ...] = ()
    """In the order of the text."""
    cover_media_id: MediaId | None = None
    """The picture of an article, one of its media."""
    excerpt: str | None = None
    """How an article begins; unknown of some that were written before there were excerpts."""
    reading_minutes: int | None = None
    company_id: CompanyId | None = None
    """The company in whose name its author wrote it."""
    limited_for: str | None = None
    """Why it is not recommended; None where it is."""
    size: int = field(init=False, repr=False, compare=False)
    """Bytes of its texts and mentions."""
    listed_size: int = field(init=False, repr=False, compare=False)
    """Bytes of what is told of it among other posts."""

    @classmethod
    def published(
        cls,
        draft: Draft,
        *,
        by: UserId,
        at: datetime,
        sharing: "Post | None" = None,
        company: CompanyId | None = None,
    ) -> Self:
        """A new post, which may share another, or be said in a company's name.

        Raises what `check` raises, PostNotShareable, MentionInvalid, and as `Poll.asked`.
        """
        if sharing is not None and sharing.visibility is not Visibility.PUBLIC:
            raise PostNotShareable(f"post {sharing.id} is not for everybody")
        post = cls(
            id=PostId(uuid7(at)),
            author_id=by,
            kind=draft.kind,
            title=draft.title,
            content=draft.content,
            media_ids=draft.media_ids,
            cover_media_id=draft.cover_media_id,
            **_summary(draft.kind, draft.content),
            visibility=draft.visibility,
            list_id=draft.list_id,
            comment_audience=draft.comment_audience,
            quote_audience=draft.quote_audience,
            poll=Poll.asked(draft.question, at) if draft.question else None,
            mentions=mentions_of(draft.content, draft.mentions),
            created_at=at,
            updated_at=at,
            shared_post_id=sharing.id if sharing else None,
            shared_author_id=sharing.author_id if sharing else None,
            company_id=company,
        )
        post.check()
        return post

    @property
    def etag(self) -> str:
        """Changes with every edit."""
        return etag(self.id, self.revision)

    @property
    def hashtags(self) -> tuple[str, ...]:
        """The topics its texts name; read anew each time, so that they are always those of the texts."""
        return hashtags_of(self.title, self.content)

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics it is listed under: those it names when everybody may see it."""
        return self.hashtags if self.visibility is Visibility.PUBLIC else ()

    def __post_init__(self) -> None:
        title, content = _bytes_of(self.title or ""), _bytes_of(self.content)
        named = title + len(self.mentions) * _MENTION_BYTES
        object.__setattr__(self, "size", named + content)
        listed = content if self.excerpt is None else _bytes_of(self.excerpt)
        object.__setattr__(self, "listed_size", named + listed)

    def edited(self, changes: Mapping[str, Any], *, by: UserId, at: datetime, etag: str = "") -> Self:
        """The post with the fields in `changes` replaced; itself when that changes nothing.

        Raises:
            NotTheAuthor: `by` is somebody else.
            EtagMismatch: it is not the revision that `etag` names.
            FieldNotUpdatable, ContentTooLong, ContentMissing, MentionInvalid: the change is not possible.
        """
        if by != self.author_id:
            raise NotTheAuthor(f"post {self.id} can be changed only by its author")
        check_etag(etag, self.etag)
        for name in sorted(changes.keys() - EDITABLE):
            raise FieldNotUpdatable(name)
        for name in sorted(_NEVER_UNSET & changes.keys()):
            if changes[name] is None:
                raise FieldNotUpdatable(name, "a post always says for whom it is")
        kept = self.mentions if "content" not in changes or changes["content"] == self.content else ()
        after = dataclasses.replace(self, **{"mentions": kept, **changes})
        after = dataclasses.replace(after, mentions=mentions_of(after.content, after.mentions))
        if after.visibility is not Visibility.LIST and after.list_id is not None:
            if changes.get("list_id"):
                raise FieldNotUpdatable("list_id", "only a post for a list names one")
            after = dataclasses.replace(after, list_id=None)
        if after.cover_media_id not in {None, *after.media_ids} and "cover_media_id" not in changes:
            after = dataclasses.replace(after, cover_media_id=None)
        if after == self:
            return self
        after.check()
        if after.content != self.content:
            after = dataclasses.replace(after, **_summary(after.kind, after.content))
        edited_at = at if REVISED.intersection(after.changed_since(self)) else self.edited_at
        return dataclasses.replace(after, updated_at=at, edited_at=edited_at, revision=self.revision + 1)

    def under(self, about_author: Verdict) -> Verdict:
        """What a viewer may see of who speaks: everybody hears a company, whoever wrote in its name."""
        return about_author if self.company_id is None else OF_COMPANY

    def judged(self, found: Assessment, decision: DecisionId | None) -> Self:
        """The post as what was found in it has it: shown, not recommended, or its author's alone."""
        reason = found.reason.value if found.reason else None
        if found.withheld:
            status = PostStatus.REMOVED if found.outcome is Outcome.REMOVE else PostStatus.HELD
            return dataclasses.replace(self, status=status, held_for=reason, decision_id=decision, limited_for=None)
        return dataclasses.replace(self, limited_for=reason)

    @property
    def withheld(self) -> bool:
        """Whether its author alone sees it, until somebody decides otherwise."""
        return self.status in {PostStatus.HELD, PostStatus.REMOVED}

    @property
    def people(self) -> frozenset[UserId]:
        """Whom it mentions."""
        return people_in(self.mentions)

    def may_be_commented(self, under: Verdict, by: UserId) -> bool:
        """Whether a viewer may comment it."""
        return self.comment_audience.admits(under) or self._admits_as_mentioned(self.comment_audience, by)

    def detached(self, at: datetime) -> Self | None:
        """A share without the post it carries; None when nothing is left of it."""
        if shows_nothing(self.content) and not self.media_ids:
            return None
        return dataclasses.replace(
            self,
            shared_post_id=None,
            shared_author_id=None,
            detached_from=self.shared_post_id,
            updated_at=at,
            revision=self.revision + 1,
        )

    def check_comment(self, under: Verdict, by: UserId) -> None:
        """Refuse a comment of somebody who sees it; raises AnswersClosed."""
        if not self.may_be_commented(under, by):
            raise AnswersClosed(f"the author of post {self.id} does not let you comment it")

    def may_be_shared(self, under: Verdict, by: UserId) -> bool:
        """Whether a viewer may share it: what is for everybody, where its author lets them."""
        return self.visibility is Visibility.PUBLIC and under.may_see_public and self._quotable(under, by)

    def check_share(self, under: Verdict, by: UserId) -> None:
        """Refuse a share by somebody who sees it; raises PostNotShareable, AnswersClosed."""
        if self.visibility is not Visibility.PUBLIC:
            raise PostNotShareable(f"post {self.id} is not for everybody")
        if not self._quotable(under, by):
            raise AnswersClosed(f"the author of post {self.id} does not let you share it")

    def _quotable(self, under: Verdict, by: UserId) -> bool:
        return self.quote_audience.admits(under) or self._admits_as_mentioned(self.quote_audience, by)

    def _admits_as_mentioned(self, audience: AnswerAudience, by: UserId) -> bool:
        return audience is AnswerAudience.MENTIONED and by in self.people

    def changed_since(self, before: "Post") -> list[str]:
        """The fields an edit replaced, or what became of a share."""
        return sorted(name for name in (*EDITABLE, "shared_post_id") if getattr(self, name) != getattr(before, name))

    def check(self) -> None:
        """Refuse what no post may be; raises ContentMissing, ContentTooLong, MediaNotFound or AudienceListNotFound."""
        if shows_nothing(self.content) and not (self.media_ids or self.shared_post_id):
            violation = FieldViolation("content", "write something")
            raise ContentMissing("a post needs a text, or media", violations=[violation])
        if (self.kind is Kind.ARTICLE) != bool(self.title) or (self.title and shows_nothing(self.title)):
            raise ContentMissing("an article has a title and a post has none")
        if len(self.content) > MAX_CONTENT[self.kind]:
            raise ContentTooLong(f"the text of a {self.kind} has at most {MAX_CONTENT[self.kind]} characters")
        if self.cover_media_id and (self.kind is not Kind.ARTICLE or self.cover_media_id not in self.media_ids):
            raise MediaNotFound(self.cover_media_id)
        if (self.visibility is Visibility.LIST) != (self.list_id is not None):
            raise AudienceListNotFound(self.list_id)
        if self.company_id is not None:
            if self.visibility is not Visibility.PUBLIC:
                raise FieldNotUpdatable("visibility", "what a company says is for everybody")
            for name in ("comment_audience", "quote_audience"):
                if getattr(self, name) is AnswerAudience.CONNECTIONS:
                    raise FieldNotUpdatable(name, "a company has no connections")


def _bytes_of(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _summary(kind: Kind, content: str) -> dict[str, Any]:
    if kind is not Kind.ARTICLE:
        return {}
    return {"excerpt": excerpt_of(content), "reading_minutes": minutes_to_read(content)}
