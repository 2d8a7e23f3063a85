"""From a graph and a seed to everything that will exist."""

from collections.abc import Callable, Iterator
from random import Random

from guildctl.seed.graph import Graph
from guildctl.seed.hiring_plan import hiring
from guildctl.seed.orientation import orient
from guildctl.seed.plan import Comment, Conversation, Like, Person, Plan, Post, Visibility
from guildctl.seed.words import Words

POSTS_PER_AUTHOR = 10
"""What the bucket of CreatePost lets through at once."""

_POSTS_PER_PERSON = 1.5
_ZIPF = 0.8  # how fast the posts of an author fall with the author's rank
_WARM = 0.35  # of all people have read their feed before anything is published
_TALKS = 0.02  # of all friendships have a conversation
_VISIBILITIES = (Visibility.PUBLIC,) * 5 + (Visibility.CONNECTIONS,) * 4 + (Visibility.PRIVATE,)
_REACTIONS = ("LIKE",) * 6 + ("CELEBRATE", "SUPPORT", "LOVE", "INSIGHTFUL", "FUNNY")
_COMMENTS_OF_A_POST = (0, 0, 1, 1, 2, 4)


def plan(graph: Graph, seed: int) -> Plan:
    """The same for the same arguments, on every machine."""
    people = _people(graph, seed)
    requests = orient(graph)
    _chance(seed, "requests").shuffle(requests)
    warm = _chance(seed, "warm").sample(sorted(people), round(_WARM * len(people)))
    posts = tuple(_posts(graph, seed))
    companies, jobs, applications = hiring(graph, _chance(seed, "hiring"))
    return Plan(
        seed=seed,
        people=people,
        requests=tuple(requests),
        warm=frozenset(warm),
        posts=posts,
        likes=tuple(_likes(graph, posts, seed)),
        comments=tuple(_comments(graph, posts, people, seed)),
        conversations=tuple(_conversations(graph, people, seed)),
        companies=companies,
        jobs=jobs,
        applications=applications,
    )


def _chance(seed: int, purpose: str) -> Random:
    """A stream for each purpose, so that more of one thing does not change the others."""
    return Random(f"{seed}/{purpose}")


def _people(graph: Graph, seed: int) -> dict[int, Person]:
    words = Words(_chance(seed, "people"))
    return {number: Person(number, words.name(), words.headline(), words.city()) for number in sorted(graph.people)}


def _posts(graph: Graph, seed: int) -> Iterator[Post]:
    """Those with many friends tend to write much; a few write most of it, most write little."""
    chance = _chance(seed, "posts")
    words = Words(chance)
    reach = {person: len(friends) * chance.uniform(0.5, 1.5) for person, friends in graph.friends.items()}
    ranked = sorted(reach, key=lambda person: (-reach[person], person))
    scale = _POSTS_PER_PERSON * len(ranked) / sum(rank**-_ZIPF for rank in range(1, len(ranked) + 1))
    authors: list[int] = []
    for rank, person in enumerate(ranked, start=1):
        expected = scale * rank**-_ZIPF
        count = int(expected) + (chance.random() < expected % 1)
        authors += [person] * min(POSTS_PER_AUTHOR, count)
    chance.shuffle(authors)
    said: set[tuple[int, str]] = set()
    for number, author in enumerate(authors):
        content = _unsaid(words.post, said, author)
        yield Post(number, author, content, chance.choice(_VISIBILITIES))


def _likes(graph: Graph, posts: tuple[Post, ...], seed: int) -> Iterator[Like]:
    chance = _chance(seed, "likes")
    for post in posts:
        audience = _audience(graph, post, chance)
        count = min(len(audience), int(chance.paretovariate(1.1)) + chance.randint(0, 3))
        yield from (Like(post.number, who, chance.choice(_REACTIONS)) for who in chance.sample(audience, count))


def _comments(graph: Graph, posts: tuple[Post, ...], people: dict[int, Person], seed: int) -> Iterator[Comment]:
    chance = _chance(seed, "comments")
    words = Words(chance)
    number = 0
    for post in posts:
        audience = _audience(graph, post, chance)
        said: set[tuple[int, str]] = set()
        first_name = people[post.author].name.split()[0]
        for _ in range(chance.choice(_COMMENTS_OF_A_POST) if audience else 0):
            author = chance.choice(audience)
            content = _unsaid(lambda: words.comment(first_name), said, author)  # noqa: B023 - called at once
            yield Comment(number, post.number, author, content)
            number += 1


def _audience(graph: Graph, post: Post, chance: Random) -> list[int]:
    """Who answers a post: friends, and of a public one also a few strangers."""
    if post.visibility is Visibility.PRIVATE:
        return []
    friends = graph.friends[post.author]
    if post.visibility is Visibility.CONNECTIONS:
        return sorted(friends)
    strangers = sorted(graph.people - friends - {post.author})
    return sorted(friends) + chance.sample(strangers, min(len(strangers), 5))


def _conversations(graph: Graph, people: dict[int, Person], seed: int) -> Iterator[Conversation]:
    chance = _chance(seed, "conversations")
    words = Words(chance)
    pairs = chance.sample(graph.edges, round(_TALKS * len(graph.edges)))
    for number, pair in enumerate(pairs):
        lines: list[tuple[int, str]] = []
        for _ in range(chance.randint(2, 12)):
            sender = chance.choice(pair)
            other = pair[0] if sender == pair[1] else pair[1]
            lines.append((sender, words.message(people[other].name.split()[0])))
        yield Conversation(number, pair, tuple(lines))


def _unsaid(say: Callable[[], str], said: set[tuple[int, str]], who: int) -> str:
    """What `who` has not said yet: what is there already is told from what is missing by its words."""
    content = say()
    for again in range(2, 1000):
        if (who, content) not in said:
            break
        content = f"{say()} ({again})"
    said.add((who, content))
    return content
