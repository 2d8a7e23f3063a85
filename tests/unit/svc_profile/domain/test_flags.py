"""Suspicions: how sure they are, and how they end."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_profile.domain.content import ContentKind, ContentRef
from svc_profile.domain.flags import (
    MOST_EVIDENCE,
    Flag,
    FlagAlreadyResolved,
    FlagKind,
    ReportReason,
    Resolution,
    ResolutionImpossible,
    Subject,
)
from svc_profile.domain.ids import FlagId, UserId

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN = UserId(UUID(int=1))
POST = ContentRef(ContentKind.POST, UUID(int=2))
FLAG = Flag(FlagId(UUID(int=3)), FlagKind.REPORTED, Subject(ANN), NOON)
ON_POST = Flag(FlagId(UUID(int=3)), FlagKind.REPORTED, Subject(None, POST), NOON)
seen = st.one_of(
    st.sampled_from(ReportReason).map(lambda reason: lambda flag: flag.reported(reason)),
    st.tuples(st.integers(1, 100), st.text(max_size=900)).map(lambda one: lambda flag: flag.seen(*one)),
)


@given(st.lists(seen, max_size=30))
def test_a_flag_only_becomes_surer(steps: list[object]) -> None:
    """Whatever is reported or seen: a list that is paged by the score may only rise, and evidence is bounded."""
    flag = FLAG
    for step in steps:
        after = step(flag)  # type: ignore[operator]
        assert flag.score <= after.score <= 100
        assert flag.report_count <= after.report_count
        assert len(after.evidence) <= MOST_EVIDENCE
        flag = after


def test_many_reports_are_surer_than_one() -> None:
    """One is a fifth, five are two thirds, and no number of them is certainty about somebody."""
    flag, scores = FLAG, list[int]()
    for _ in range(10):
        flag = flag.reported(ReportReason.SPAM)
        scores.append(flag.score)
    assert (20, 67, 89) == (scores[0], scores[4], scores[9])
    assert "reported for spam" == flag.evidence


@given(st.sampled_from(Resolution), st.sampled_from(Resolution))
def test_a_flag_is_resolved_once(first: Resolution, second: Resolution) -> None:
    """The same again changes nothing, another is refused."""
    flag = Flag(FLAG.id, FlagKind.REPORTED, Subject(ANN, POST), NOON).resolved(first, "x", by="olga", at=NOON)
    if first is second:
        assert flag == flag.resolved(second, "y", by="otto", at=NOON)
    else:
        with pytest.raises(FlagAlreadyResolved):
            flag.resolved(second, "y", by="otto", at=NOON)
    with pytest.raises(FlagAlreadyResolved):
        flag.assigned("otto")


def test_what_is_not_there_is_not_removed_and_nobody_is_not_restricted() -> None:
    """A member has no content to remove; content without an author has nobody to restrict."""
    with pytest.raises(ResolutionImpossible):
        FLAG.resolved(Resolution.CONTENT_REMOVED, "", by="olga", at=NOON)
    with pytest.raises(ResolutionImpossible):
        ON_POST.resolved(Resolution.RESTRICTED, "", by="olga", at=NOON)


@pytest.mark.parametrize("kind", ContentKind)
def test_content_is_removed_where_its_service_finds_it(kind: ContentKind) -> None:
    """A post or a job by its id, a comment or a message with what it stands in; nothing else by itself."""
    for parent, found in ((None, {"post", "job"}), (UUID(int=5), {"post", "job", "comment", "message"})):
        flag = Flag(FlagId(UUID(int=3)), FlagKind.REPORTED, Subject(ANN, ContentRef(kind, UUID(int=2), parent)), NOON)
        if kind in found:
            assert flag.resolved(Resolution.CONTENT_REMOVED, "", by="olga", at=NOON).resolution
        else:
            with pytest.raises(ResolutionImpossible):
                flag.resolved(Resolution.CONTENT_REMOVED, "", by="olga", at=NOON)


def test_a_detector_may_know_the_author() -> None:
    """Who is known stays; reporters are not believed about it."""
    assert ANN == ON_POST.seen(10, "x", ANN).subject.user_id
    assert ANN == FLAG.seen(10, "x", UserId(UUID(int=9))).subject.user_id
