"""What a plan is as rows: an id and a moment for everything in it, a record for every row."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from guild.jobs.v1 import job_pb2
from guildctl.seed.careers import career
from guildctl.seed.graph import accepted
from guildctl.seed.plan import Conversation, Plan
from guildctl.seed.population import HORIZON, chance
from mesh.lexemes import vector
from mesh.texts import fold, skeleton
from svc_feed.domain.reaction import Reaction
from svc_profile.domain.taxonomy import built_in

Record = tuple[Any, ...]

_TAIL_BITS = 74
_RAND_B = (1 << 62) - 1
_CENTS = 100
_OPEN = 2
_APPLIED = 1
_JOB_LIFETIME = timedelta(days=30)


class Records:
    """Rows in the order of the columns in `tables.py`; `present` is the moment in which the world's history ends."""

    def __init__(self, plan: Plan, password_hash: str, present: datetime) -> None:
        self.plan = plan
        self._hash = password_hash
        self._beginning = present - timedelta(seconds=HORIZON)
        self.people = self._ids("people", (person.joined for person in plan.world.people))
        self.posts = self._ids("posts", (post.at for post in plan.posts))
        self.conversations = self._ids("conversations", (talk.messages[0][2] for talk in plan.conversations))
        self.companies = self._ids("companies", (company.at for company in plan.companies))
        self.jobs = self._ids("jobs", (job.at for job in plan.jobs))
        self.applications = self._ids("applications", (hopeful.at for hopeful in plan.applications))

    def moment(self, at: int) -> datetime:
        """A moment of the world as a time."""
        return self._beginning + timedelta(seconds=at)

    # ── profile ────────────────────────────────────────────────────────────────────────────────────────────────────

    def users(self) -> Iterator[Record]:
        """Everybody's profile."""
        for person, id_ in zip(self.plan.world.people, self.people, strict=True):
            joined = self.moment(person.joined)
            yield id_, person.name, person.headline, person.location, person.email, joined, joined, 1

    def positions(self) -> Iterator[Record]:
        """Where everybody works."""
        occupation = cache(built_in().occupations.named)
        ids = self._ids("positions", (person.joined for person in self.plan.world.people))
        for person, user_id, id_ in zip(self.plan.world.people, self.people, ids, strict=True):
            own = career(person)
            known = occupation(own.title)
            yield user_id, id_, own.title, own.company, str(own.since), known.id if known else None

    def education(self) -> Iterator[Record]:
        """Where everybody studied."""
        ids = self._ids("education", (person.joined for person in self.plan.world.people))
        for person, user_id, id_ in zip(self.plan.world.people, self.people, ids, strict=True):
            own = career(person)
            yield user_id, id_, own.school, str(own.graduated)

    def skills(self) -> Iterator[Record]:
        """What everybody can do."""
        concept = cache(built_in().skills.named)
        people = self.plan.world.people
        ids = iter(self._ids("skills", (person.joined for person in people for _ in career(person).skills)))
        for person, user_id in zip(people, self.people, strict=True):
            for name in career(person).skills:
                known = concept(name)
                yield user_id, next(ids), name, known.id if known else None

    def credentials(self) -> Iterator[Record]:
        """How everybody signs in."""
        for person, id_ in zip(self.plan.world.people, self.people, strict=True):
            joined = self.moment(person.joined)
            yield person.email, id_, self._hash, joined, joined

    def numbers(self) -> Iterator[Record]:
        """Everybody's number."""
        yield from enumerate(self.people)

    def friendships(self) -> Iterator[Record]:
        """Who asked, who was asked, when: by number, for the database to spread into rows."""
        graph = self.plan.world.graph
        for asker, asked, at in zip(graph.asker, graph.asked, graph.at, strict=True):
            yield asker, asked, self.moment(at), self.moment(accepted(at))

    # ── feed ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def posts_written(self) -> Iterator[Record]:
        """Posts with their counts."""
        for post, id_ in zip(self.plan.posts, self.posts, strict=True):
            kinds, comments, at = self._likes[post.number], self._comments[post.number], self.moment(post.at)
            by_kind = [kinds[kind] for kind in Reaction]
            author, visibility = self.people[post.author], post.visibility.lower()
            yield author, id_, "post", post.content, visibility, kinds.total(), by_kind, comments, comments, at, at

    def post_index(self) -> Iterator[Record]:
        """Who wrote what."""
        for post, id_ in zip(self.plan.posts, self.posts, strict=True):
            yield id_, self.people[post.author]

    def reactions(self) -> Iterator[Record]:
        """Who reacted, how."""
        for like in self.plan.likes:
            author, at = self._author(like.post), self.moment(like.at)
            yield author, self.posts[like.post], self.people[like.member], "reaction", like.reaction.lower(), at

    def comments(self) -> Iterator[Record]:
        """What was said; each begins a thread."""
        ids = self._ids("comments", (comment.at for comment in self.plan.comments))
        sequences: dict[int, int] = defaultdict(int)
        for comment, id_ in zip(self.plan.comments, ids, strict=True):
            sequences[comment.post] += 1
            place, at = sequences[comment.post], self.moment(comment.at)
            post, author = self.posts[comment.post], self.people[comment.author]
            yield self._author(comment.post), post, id_, author, place, place, comment.content, at

    # ── messaging ──────────────────────────────────────────────────────────────────────────────────────────────────

    def talks(self) -> Iterator[Record]:
        """Conversations of two."""
        for talk, id_ in self._talks():
            yield id_, "direct", sorted(self._pair(talk)), len(talk.messages), self.moment(talk.messages[0][2])

    def pairs(self) -> Iterator[Record]:
        """Which conversation two have."""
        for talk, id_ in self._talks():
            yield *sorted(self._pair(talk)), id_

    def inboxes(self) -> Iterator[Record]:
        """The conversation as each of the two has it: read up to what they last wrote themself."""
        for talk, id_ in self._talks():
            last, at = len(talk.messages), self.moment(talk.messages[-1][2])
            for who in talk.pair:
                read = _read_up_to(talk, who)
                yield self.people[who], id_, at, last, read, last - read

    def messages(self) -> Iterator[Record]:
        """What was written, numbered within its conversation."""
        ids = iter(self._ids("messages", (at for talk in self.plan.conversations for _, _, at in talk.messages)))
        for talk, id_ in self._talks():
            for place, (sender, text, at) in enumerate(talk.messages, start=1):
                yield id_, place, next(ids), self.people[sender], f"seed-{place}", text, self.moment(at)

    # ── jobs ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def company_pages(self) -> Iterator[Record]:
        """Companies."""
        for company, id_ in zip(self.plan.companies, self.companies, strict=True):
            at = self.moment(company.at)
            yield id_, company.name, company.description, company.industry, company.location, at, at

    def company_names(self) -> Iterator[Record]:
        """Names that are taken."""
        for company, id_ in zip(self.plan.companies, self.companies, strict=True):
            yield skeleton(company.name), id_

    def company_admins(self) -> Iterator[Record]:
        """Who speaks for a company."""
        for company, id_ in zip(self.plan.companies, self.companies, strict=True):
            yield id_, self.people[company.admin], self.moment(company.at)

    def openings(self) -> Iterator[Record]:
        """Jobs that are open."""
        level, full_time = job_pb2.ExperienceLevel.Value, job_pb2.EMPLOYMENT_TYPE_FULL_TIME
        for job, id_ in zip(self.plan.jobs, self.jobs, strict=True):
            at, low_high = self.moment(job.at), (dollars * _CENTS for dollars in job.salary)
            yield (
                *(self.companies[job.company], id_, self.plan.companies[job.company].name, job.title, job.description),
                *(job.location, job.remote, "USD", *low_high, job_pb2.SALARY_PERIOD_YEAR),
                *(level(f"EXPERIENCE_LEVEL_{job.level}"), full_time),
                *(list(job.skills), _OPEN, at, at, at + _JOB_LIFETIME),
                *([fold(skill) for skill in job.skills], fold(job.location)),
            )

    def job_words(self) -> Iterator[Record]:
        """What a search finds jobs by."""
        for job, id_ in zip(self.plan.jobs, self.jobs, strict=True):
            company = self.plan.companies[job.company]
            called, told = f"{job.title} {' '.join(job.skills)}", f"{job.location} {job.description}"
            yield self.companies[job.company], id_, vector(a=called, b=company.name, c=told)

    def job_index(self) -> Iterator[Record]:
        """Whose job it is."""
        for job, id_ in zip(self.plan.jobs, self.jobs, strict=True):
            yield id_, self.companies[job.company]

    def hopefuls(self) -> Iterator[Record]:
        """Applications."""
        for hopeful, id_ in zip(self.plan.applications, self.applications, strict=True):
            company, at = self.companies[self.plan.jobs[hopeful.job].company], self.moment(hopeful.at)
            yield (
                *(company, self.jobs[hopeful.job], self.people[hopeful.applicant], id_),
                *(_APPLIED, hopeful.letter, at, at),
            )

    # ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _likes(self) -> dict[int, Counter[str]]:
        found: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for like in self.plan.likes:
            found[like.post][like.reaction.lower()] += 1
        return found

    @cached_property
    def _comments(self) -> Counter[int]:
        return Counter(comment.post for comment in self.plan.comments)

    def _author(self, post: int) -> UUID:
        return self.people[self.plan.posts[post].author]

    def _pair(self, talk: Conversation) -> tuple[UUID, UUID]:
        return self.people[talk.pair[0]], self.people[talk.pair[1]]

    def _talks(self) -> Iterator[tuple[Conversation, UUID]]:
        return zip(self.plan.conversations, self.conversations, strict=True)

    def _ids(self, kind: str, moments: Iterable[int]) -> list[UUID]:
        """UUIDv7 of these moments, the same for the same present."""
        draw = chance(self.plan.world.seed, f"{self.plan.world.name}/ids/{kind}")
        beginning = int(self._beginning.timestamp()) * 1_000
        found: list[UUID] = []
        for at in moments:
            tail = draw.getrandbits(_TAIL_BITS)
            milliseconds = beginning + at * 1_000
            found.append(UUID(int=milliseconds << 80 | 7 << 76 | (tail >> 62) << 64 | 0b10 << 62 | (tail & _RAND_B)))
        return found


def _read_up_to(talk: Conversation, who: int) -> int:
    return max((place for place, (sender, _, _) in enumerate(talk.messages, start=1) if sender == who), default=0)
