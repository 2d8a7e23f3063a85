"""What will exist: the people of a network with everything they do, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from guildctl.seed.graph import Edge

PASSWORD = "friends-of-2005"  # noqa: S105 - everybody's, and printed: these people are invented


class Visibility(StrEnum):
    """Whom a post is for; the names of the contract."""

    PUBLIC = "PUBLIC"
    CONNECTIONS = "CONNECTIONS"
    PRIVATE = "PRIVATE"


@dataclass(frozen=True, slots=True)
class Person:
    """One member; the number is that of the graph."""

    number: int
    name: str
    headline: str
    location: str

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"person-{self.number + 1:04}@reed98.example"


@dataclass(frozen=True, slots=True)
class Post:
    """What a member publishes; no author says the same twice."""

    number: int
    author: int
    content: str
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Like:
    """A member's reaction to a post, by the contract's name."""

    post: int
    member: int
    reaction: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A member's words about a post; nobody says the same twice about one."""

    number: int
    post: int
    author: int
    content: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """What two friends write to each other, in order: (sender, text)."""

    number: int
    pair: Edge
    messages: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Company:
    """A company with the member who speaks for it."""

    number: int
    admin: int
    name: str
    industry: str
    location: str
    description: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a company, paid in dollars a year; the titles of one company differ."""

    number: int
    company: int
    title: str
    description: str
    location: str
    remote: bool
    level: str
    salary: tuple[int, int]
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """A member who wants a job."""

    job: int
    applicant: int
    letter: str


@dataclass(frozen=True)
class Plan:
    """A pure function of graph and seed; everything refers to everything else by number."""

    seed: int
    people: Mapping[int, Person]
    requests: tuple[Edge, ...]
    warm: frozenset[int]
    posts: tuple[Post, ...]
    likes: tuple[Like, ...]
    comments: tuple[Comment, ...]
    conversations: tuple[Conversation, ...]
    companies: tuple[Company, ...]
    jobs: tuple[Job, ...]
    applications: tuple[Application, ...]

    @cached_property
    def friends(self) -> dict[int, frozenset[int]]:
        """Everybody's friends."""
        found: dict[int, set[int]] = {person: set() for person in self.people}
        for one, other in self.requests:
            found[one].add(other)
            found[other].add(one)
        return {person: frozenset(friends) for person, friends in found.items()}

    def may_see(self, member: int, post: Post) -> bool:
        """Whether a post is for this member."""
        if member == post.author or post.visibility is Visibility.PUBLIC:
            return True
        return post.visibility is Visibility.CONNECTIONS and member in self.friends[post.author]

    def feed(self, member: int) -> frozenset[int]:
        """The posts a member's feed holds: the member's own, and the friends' except private ones."""
        voices = self.friends[member] | {member}
        return frozenset(post.number for post in self.posts if post.author in voices and self.may_see(member, post))

    def among(self, people: frozenset[int]) -> "Plan":
        """What of this plan concerns nobody but `people`: a beginning that the whole plan continues."""
        posts = tuple(post for post in self.posts if post.author in people)
        companies = tuple(company for company in self.companies if company.admin in people)
        kept, hiring = {post.number for post in posts}, {company.number for company in companies}
        jobs = tuple(job for job in self.jobs if job.company in hiring)
        offered = {job.number for job in jobs}
        return replace(
            self,
            people={number: person for number, person in self.people.items() if number in people},
            requests=tuple(edge for edge in self.requests if people.issuperset(edge)),
            warm=self.warm & people,
            posts=posts,
            likes=tuple(like for like in self.likes if like.member in people and like.post in kept),
            comments=tuple(said for said in self.comments if said.author in people and said.post in kept),
            conversations=tuple(talk for talk in self.conversations if people.issuperset(talk.pair)),
            companies=companies,
            jobs=jobs,
            applications=tuple(a for a in self.applications if a.applicant in people and a.job in offered),
        )
