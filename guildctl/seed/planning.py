"""From a world to everything that will exist in it."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest
from random import Random

from guildctl.seed.graph import Edge
from guildctl.seed.hiring_plan import hiring
from guildctl.seed.orientation import orient
from guildctl.seed.plan import Comment, Conversation, Like, Plan, Post, Visibility
from guildctl.seed.population import HORIZON, chance
from guildctl.seed.topics import TOPICS
from guildctl.seed.words import Words
from guildctl.seed.worlds import World

POSTS_PER_AUTHOR = 10
"""What the bucket of CreatePost lets through at once."""

_POSTS_PER_PERSON = 1.5
_ZIPF = 0.8  # how fast the posts of an author fall with the author's rank
_WARM = 0.35  # of all people have read their feed before anything is published
_TALKS = 0.02  # of all friendships have a conversation
_VISIBILITIES = (Visibility.PUBLIC,) * 5 + (Visibility.CONNECTIONS,) * 4 + (Visibility.PRIVATE,)
_REACTIONS = ("LIKE",) * 6 + ("CELEBRATE", "SUPPORT", "LOVE", "INSIGHTFUL", "FUNNY")
_COMMENTS_OF_A_POST = (0, 0, 1, 1, 2, 4)
_STRANGERS = 5  # who come upon a public post
_SEE_IT = 60  # of all who may; four times as many as answer, where that is more
_DISTRACTION = 0.02  # added to the taste for a topic: some answer what they do not care about
_DAY = 86_400
_FRESH = 0.5  # share of posts of the last days, which feeds show
_FRESH_SECONDS = 5 * _DAY
_ANSWER_SECONDS = 6 * 3_600  # how long an answer takes on the average
_PAUSE_SECONDS = 600  # between two messages, on the average


def plan(world: World, *, within_limits: bool = True) -> Plan:
    """The same for the same world, on every machine.

    Unless it is for calls, which are `within_limits`, nobody has to be asked by somebody else than whom they met, and
    there is nobody who could have read a feed before.
    """
    posts = tuple(_posts(world))
    work = hiring(world)
    return Plan(
        world=world,
        requests=orient(world.graph) if within_limits else (),
        warm=frozenset(_warm(world) if within_limits else ()),
        posts=posts,
        likes=tuple(_likes(world, posts)),
        comments=tuple(_comments(world, posts)),
        conversations=tuple(_conversations(world)),
        companies=work.companies,
        jobs=work.jobs,
        applications=work.applications,
    )


def _warm(world: World) -> list[int]:
    return chance(world.seed, "warm").sample(range(len(world.people)), round(_WARM * len(world.people)))


def _posts(world: World) -> Iterator[Post]:
    """Those with many friends tend to write much; a few write most of it, most write little."""
    draw = chance(world.seed, "posts")
    words = Words(draw)
    reach = [len(world.graph.friends(person.number)) * draw.uniform(0.5, 1.5) for person in world.people]
    ranked = sorted(range(len(reach)), key=lambda person: (-reach[person], person))
    scale = _POSTS_PER_PERSON * len(ranked) / sum(rank**-_ZIPF for rank in range(1, len(ranked) + 1))
    moments: list[tuple[int, int]] = []
    for rank, author in enumerate(ranked, start=1):
        expected = scale * rank**-_ZIPF
        count = int(expected) + (draw.random() < expected % 1)
        moments += [(_moment(world, author, draw), author) for _ in range(min(POSTS_PER_AUTHOR, count))]
    said: dict[int, set[str]] = defaultdict(set)
    for number, (at, author) in enumerate(sorted(moments)):
        topic = draw.choices(range(len(TOPICS)), world.people[author].tastes)[0]
        content = _unsaid(words.post, topic, said[author])
        yield Post(number, author, topic, content, draw.choice(_VISIBILITIES), at)


def _moment(world: World, author: int, draw: Random) -> int:
    """When somebody writes: about half of the time in these days, else at any time since they joined."""
    joined = world.people[author].joined
    since = max(joined, HORIZON - _FRESH_SECONDS) if draw.random() < _FRESH else joined
    return since + int((HORIZON - since) * draw.random())


def _likes(world: World, posts: Sequence[Post]) -> Iterator[Like]:
    draw = chance(world.seed, "likes")
    for post in posts:
        audience = _audience(world, post, draw)
        count = min(len(audience), int(draw.paretovariate(1.1)) + draw.randint(0, 3))
        for who in _interested(world, post, audience, count, draw):
            yield Like(post.number, who, draw.choice(_REACTIONS), _later(world, post, who, draw))


def _comments(world: World, posts: Sequence[Post]) -> Iterator[Comment]:
    draw = chance(world.seed, "comments")
    words = Words(draw)
    number = 0
    for post in posts:
        audience = _audience(world, post, draw)
        count = min(len(audience), draw.choice(_COMMENTS_OF_A_POST))
        authors = _interested(world, post, audience, count, draw)
        said: dict[int, set[str]] = defaultdict(set)
        name = world.people[post.author].first_name
        for at, author in sorted(
            (_later(world, post, who, draw), who) for who in draw.choices(authors or [0], k=count)
        ):
            content = _unsaid(lambda topic: words.comment(topic, name), post.topic, said[author])  # noqa: B023 - called at once
            yield Comment(number, post.number, author, content, at)
            number += 1


def _audience(world: World, post: Post, draw: Random) -> list[int]:
    """Who may answer a post: friends, and of a public one also a few strangers."""
    if post.visibility is Visibility.PRIVATE:
        return []
    friends = list(world.graph.friends(post.author))
    if post.visibility is Visibility.CONNECTIONS:
        return friends
    others = sorted({int(draw.random() * len(world.people)) for _ in range(_STRANGERS)} - {post.author})
    return friends + [who for who in others if who not in friends]


def _interested(world: World, post: Post, audience: Sequence[int], count: int, draw: Random) -> list[int]:
    """Draw some of those who see it, by how much they care about the topic (Efraimidis and Spirakis, 2006)."""
    people, topic = world.people, post.topic
    see_it = max(_SEE_IT, 4 * count)
    seen = draw.sample(audience, see_it) if len(audience) > see_it else audience
    return nlargest(
        count, seen, key=lambda who: math.log(1 - draw.random()) / (people[who].tastes[topic] + _DISTRACTION)
    )


def _later(world: World, post: Post, who: int, draw: Random) -> int:
    """When somebody answers: after the post, after joining, after they became friends."""
    earliest = max(post.at, world.people[who].joined, world.graph.since(who, post.author) or 0)
    return min(HORIZON, earliest + int(draw.expovariate(1 / _ANSWER_SECONDS)))


def _conversations(world: World) -> Iterator[Conversation]:
    draw = chance(world.seed, "conversations")
    words = Words(draw)
    graph = world.graph
    for number, place in enumerate(draw.sample(range(len(graph)), round(_TALKS * len(graph)))):
        pair: Edge = (graph.asker[place], graph.asked[place])
        one, other = (world.people[who] for who in pair)
        shared = [mine * theirs + 1e-6 for mine, theirs in zip(one.tastes, other.tastes, strict=True)]
        topic = draw.choices(range(len(TOPICS)), shared)[0]
        at = (graph.since(*pair) or 0) + int(draw.expovariate(1 / _DAY))
        lines: list[tuple[int, str, int]] = []
        for _ in range(draw.randint(2, 12)):
            sender, reader = (one, other) if draw.random() < 0.5 else (other, one)
            at = min(HORIZON, at + int(draw.expovariate(1 / _PAUSE_SECONDS)))
            lines.append((sender.number, words.message(topic, reader.first_name), at))
        yield Conversation(number, pair, tuple(lines))


def _unsaid(say: Callable[[int], str], topic: int, said: set[str]) -> str:
    """What was not said before: what is there already is told from what is missing by its words."""
    content = say(topic)
    for again in range(2, 1000):
        if content not in said:
            break
        content = f"{say(topic)} ({again})"
    said.add(content)
    return content
