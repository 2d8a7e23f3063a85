"""What will exist: the people of a world with everything they do, as plain data."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from guildctl.seed.graph import Edge
from guildctl.seed.worlds import World

PASSWORD = "everybody-is-invented"  # noqa: S105 - everybody's, and printed: these people are invented


class Visibility(StrEnum):
    """Whom a post is for; the names of the contract."""

    PUBLIC = "PUBLIC"
    CONNECTIONS = "CONNECTIONS"
    PRIVATE = "PRIVATE"


@dataclass(frozen=True, slots=True)
class Post:
    """What a member publishes; no author says the same twice."""

    number: int
    author: int
    topic: int
    content: str
    visibility: Visibility
    at: int = 0


@dataclass(frozen=True, slots=True)
class Like:
    """A member's reaction to a post, by the contract's name."""

    post: int
    member: int
    reaction: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """A member's words about a post; nobody says the same twice about one."""

    number: int
    post: int
    author: int
    content: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """What two friends write to each other, in order: (sender, text, moment)."""

    number: int
    pair: Edge
    messages: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True, slots=True)
class Company:
    """A company with the member who speaks for it."""

    number: int
    admin: int
    name: str
    industry: str
    location: str
    description: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a company, paid in dollars a year; the titles of one company differ."""

    number: int
    company: int
    topic: int
    title: str
    description: str
    location: str
    remote: bool
    level: str
    salary: tuple[int, int]
    skills: tuple[str, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Application:
    """A member who wants a job."""

    job: int
    applicant: int
    letter: str
    at: int = 0


@dataclass(frozen=True)
class Plan:
    """A pure function of a world; everything refers to everything else by number, moments are those of the world.

    `requests` says who asks whom, in the order of time.
    """

    world: World
    requests: Sequence[Edge]
    warm: frozenset[int]
    posts: Sequence[Post]
    likes: Sequence[Like] = ()
    comments: Sequence[Comment] = ()
    conversations: Sequence[Conversation] = ()
    companies: Sequence[Company] = ()
    jobs: Sequence[Job] = ()
    applications: Sequence[Application] = ()

    @cached_property
    def posts_of(self) -> dict[int, list[Post]]:
        """Everybody's posts, in their order."""
        found: dict[int, list[Post]] = defaultdict(list)
        for post in self.posts:
            found[post.author].append(post)
        return found

    def friends(self, member: int) -> frozenset[int]:
        """A member's friends."""
        return frozenset(self.world.graph.friends(member))

    def may_see(self, member: int, post: Post) -> bool:
        """Whether a post is for this member."""
        if member == post.author or post.visibility is Visibility.PUBLIC:
            return True
        return post.visibility is Visibility.CONNECTIONS and member in self.world.graph.friends(post.author)

    def feed(self, member: int) -> frozenset[int]:
        """The posts a member's feed holds: the member's own, and the friends' except private ones."""
        voices = self.friends(member) | {member}
        return frozenset(
            post.number for voice in voices for post in self.posts_of.get(voice, ()) if self.may_see(member, post)
        )
