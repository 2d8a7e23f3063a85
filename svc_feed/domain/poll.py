"""A question in a post, with answers of which each member chooses one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from mesh.errors import FailedPrecondition, FieldViolation, InvalidArgument, NotFound
from mesh.texts import shows_nothing

FEWEST_OPTIONS, MOST_OPTIONS = 2, 4
SHORTEST, LONGEST, USUAL = timedelta(hours=1), timedelta(days=30), timedelta(days=7)
"""From the publication to the end."""


class PollNotFound(NotFound):
    """The post asks nothing."""

    reason = "POLL_NOT_FOUND"

    def __init__(self, post_id: UUID) -> None:
        super().__init__(f"post {post_id} asks no question", metadata={"postId": str(post_id)})


class PollEnded(FailedPrecondition):
    """Votes are not taken any more."""

    reason = "POLL_ENDED"

    def __init__(self, post_id: UUID) -> None:
        super().__init__(f"the poll of post {post_id} has ended", metadata={"postId": str(post_id)})


class PollEndInvalid(InvalidArgument):
    """It would end too soon or too late."""

    reason = "POLL_END_INVALID"

    def __init__(self) -> None:
        violation = FieldViolation("poll.ends_at", "from an hour to 30 days from now")
        super().__init__("a poll ends from an hour to 30 days after it is published", violations=[violation])


class PollIncomplete(InvalidArgument):
    """It lacks a question, or answers to choose from."""

    reason = "POLL_INCOMPLETE"

    def __init__(self, field: str, advice: str) -> None:
        violation = FieldViolation(f"poll.{field}", advice)
        super().__init__("a poll has a question and two to four different answers", violations=[violation])


class Question(NamedTuple):
    """What an author asks; a week long where no end is said."""

    question: str
    options: tuple[str, ...]
    ends_at: datetime | None = None


class Standing(NamedTuple):
    """How a poll stands for one viewer, who is not told `votes` for each answer before their time."""

    votes: tuple[int, ...]
    total: int
    chosen: int | None
    ended: bool


@dataclass(frozen=True, slots=True)
class Poll:
    """As published; it never changes."""

    question: str
    options: tuple[str, ...]
    ends_at: datetime

    @classmethod
    def asked(cls, question: Question, at: datetime) -> "Poll":
        """The poll of a post that is published at a time; raises PollIncomplete, PollEndInvalid."""
        if shows_nothing(question.question):
            raise PollIncomplete("question", "ask something")
        options = set(question.options)
        if any(map(shows_nothing, options)) or not FEWEST_OPTIONS <= len(options) == len(question.options):
            raise PollIncomplete("options", "two to four different answers")
        ends_at = question.ends_at or at + USUAL
        if not SHORTEST <= ends_at - at <= LONGEST:
            raise PollEndInvalid
        return cls(question.question, question.options, ends_at)

    def check_vote(self, post_id: UUID, option: int | None, at: datetime) -> None:
        """Refuse what is no vote (None takes one back); raises PollEnded, and InvalidArgument for no answer of it."""
        if at >= self.ends_at:
            raise PollEnded(post_id)
        if option is not None and option >= len(self.options):
            violation = FieldViolation("option", f"from 0 to {len(self.options) - 1}")
            raise InvalidArgument("the poll has no such answer", violations=[violation])

    def standing(self, votes: Sequence[int], chosen: int | None, at: datetime, *, by_author: bool) -> Standing:
        """How it stands for who chose so."""
        ended = at >= self.ends_at
        counted = tuple(votes[n] if n < len(votes) else 0 for n in range(len(self.options)))
        told = ended or by_author or chosen is not None
        return Standing(counted if told else (), sum(counted), chosen, ended)
