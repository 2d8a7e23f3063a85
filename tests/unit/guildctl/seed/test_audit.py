"""What the audit calls a difference."""

import itertools

import pytest

from guildctl.seed.audit import answers, feeds, graph, messages
from guildctl.seed.audit.check import Check, settled
from guildctl.seed.graph import Graph
from guildctl.seed.plan import Plan, Post, Visibility
from guildctl.seed.population import Person
from guildctl.seed.summary import verdict
from guildctl.seed.worlds import World

FRIENDS = {0: frozenset({1}), 1: frozenset({0}), 2: frozenset[int]()}
POSTS = (
    Post(0, 0, 0, "for all", Visibility.PUBLIC),
    Post(1, 1, 0, "for friends", Visibility.CONNECTIONS),
    Post(2, 1, 0, "for me", Visibility.PRIVATE),
    Post(3, 2, 0, "of a stranger", Visibility.PUBLIC),
)
PEOPLE = [Person(n, f"p{n}@guild.example", f"P{n}") for n in range(3)]
PLAN = Plan(World("three", 1, PEOPLE, (), Graph.of([(0, 1)], people=3)), ((0, 1),), frozenset(), POSTS)
NAMES = feeds.Names({"u0": 0, "u1": 1, "u2": 2}, {"p0": 0, "p1": 1, "p2": 2, "p3": 3})


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ({0: [1], 1: [0], 2: []}, []),
        ({0: [], 1: [0]}, ["0 is not connected to 1, but 1 is to 0"]),
        ({}, ["0 is not connected to 1", "1 is not connected to 0"]),
        ({0: [1, 2], 1: [0]}, ["0 is connected to 2, which nobody asked for"]),
        ({0: [1, 1], 1: [0]}, ["0 has 1 2 times in the list of connections"]),
    ],
)
def test_friendships(seen: dict[int, list[int]], told: list[str]) -> None:
    """Each must be seen from both sides, once, and no other."""
    assert told == list(graph.differences(FRIENDS, seen))


@pytest.mark.parametrize(
    ("feed", "told"),
    [
        ([("u0", "p0"), ("u1", "p1")], []),
        ([("u1", "p1"), ("u0", "p0"), ("u1", "px"), ("stranger", "py")], []),
        ([("u0", "p0")], ["the feed of 0 lacks post 1"]),
        ([("u0", "p0"), ("u1", "p1"), ("u1", "p2")], ["the feed of 0 has post 2, which is not for them"]),
        ([("u0", "p0"), ("u1", "p1"), ("u2", "p3")], ["the feed of 0 has post 3, which is not for them"]),
        ([("u0", "p0"), ("u1", "p1"), ("u2", "px")], ["the feed of 0 has a post px of 2, who is no friend"]),
        ([("u0", "p0"), ("u1", "p1"), ("u1", "p1")], ["the feed of 0 has post 1 2 times"]),
    ],
)
def test_feeds(feed: list[tuple[str, str]], told: list[str]) -> None:
    """Exactly the planned posts; what friends published besides is their own affair."""
    assert told == list(feeds.differences(PLAN, NAMES, 0, feed, due=frozenset(range(4))))


def test_old_posts_may_leave_a_feed() -> None:
    """Only those that are due are missed; those that are not for a member are none of theirs at any age."""
    feed = [("u0", "p0"), ("u1", "p2")]

    told = list(feeds.differences(PLAN, NAMES, 0, feed, due=frozenset({0})))
    assert ["the feed of 0 has post 2, which is not for them"] == told


@pytest.mark.parametrize(
    ("count", "planned", "reacted", "told"),
    [
        (2, ["a", "b"], ["b", "a"], []),
        (3, ["a", "b"], ["b", "a", "somebody else"], []),
        (2, ["a", "b"], ["a", "somebody else"], ["post 7 lost 1 of 2 likes"]),
        (3, ["a", "b"], ["a", "b"], ["post 7 counts 3 likes, and 2 members like it"]),
    ],
)
def test_likes(count: int, planned: list[str], reacted: list[str], told: list[str]) -> None:
    """The count is that of the members who like it, and all who should are among them."""
    assert told == list(answers.like_differences(7, count, planned, reacted))


@pytest.mark.parametrize(
    ("count", "said", "told"),
    [
        (1, [("a", "Hi")], []),
        (2, [("a", "Hi"), ("b", "Ho")], []),
        (1, [], ["post 7 counts 1 comments, and has 0", "post 7 has the comment 'Hi' 0 times"]),
        (2, [("a", "Hi"), ("a", "Hi")], ["post 7 has the comment 'Hi' 2 times"]),
    ],
)
def test_comments(count: int, said: list[tuple[str, str]], told: list[str]) -> None:
    """Each once, and the count tells how many there are."""
    assert told == list(answers.comment_differences(7, count, [("a", "Hi")], said))


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ([(1, "a", "Hi"), (2, "b", "Ho")], []),
        ([(1, "a", "Hi"), (2, "b", "Ho"), (3, "a", "more")], []),
        ([(1, "a", "Hi")], ["conversation 5 has 1 of 2 messages"]),
        ([(1, "a", "Hi"), (3, "b", "Ho")], ["the sequence of conversation 5 is [1, 3]"]),
        ([(1, "a", "Hi"), (2, "a", "Hi"), (3, "b", "Ho")], ["message 2 of conversation 5 is 'Hi', and 'Ho' was sent"]),
    ],
)
def test_messages(read: list[messages.Line], told: list[str]) -> None:
    """Numbered without gaps, in the order in which they were sent, each once."""
    assert told == list(messages.differences(5, [("a", "Hi"), ("b", "Ho")], read))


async def test_what_is_under_way_is_waited_for() -> None:
    """Differences that go away are none; those that stay are told when the time is over."""
    looks = itertools.count(1)

    async def look() -> list[str]:
        return ["not yet"] if next(looks) < 3 else []

    async def never() -> list[str]:
        return ["missing"]

    assert [] == await settled(look, until=float("inf"))
    assert ["missing"] == await settled(never, until=0.0)


def test_the_first_differences_are_named() -> None:
    """Ten of them, then the number of the others."""
    told = list(verdict([Check("graph", "12 directions", tuple(f"line {n}" for n in range(12))), Check("jobs", "3")]))

    assert "audit  FAIL  graph         12 directions: 12 differences" == told[0]
    assert ("         line 0", "         line 9", "         … and 2 more") == (told[1], told[10], told[11])
    assert "audit  ok    jobs          3" == told[12]
