"""The plan of a network."""

from collections import Counter
from itertools import pairwise
from statistics import mean

import pytest

from guildctl.seed.graph import Graph
from guildctl.seed.orientation import MOST_REQUESTS
from guildctl.seed.plan import Plan, Post, Visibility
from guildctl.seed.planning import POSTS_PER_AUTHOR, plan
from guildctl.seed.population import HORIZON, Person
from guildctl.seed.worlds import World, invent


@pytest.fixture(scope="module", params=[60, 1_000])
def planned(request: pytest.FixtureRequest) -> Plan:
    return plan(invent(request.param, 42))


def test_the_same_world_is_the_same_plan(planned: Plan) -> None:
    """And another number says other things."""
    people = len(planned.world.people)
    again, other = plan(invent(people, 42)), plan(invent(people, 43))

    for part in (
        "requests",
        "warm",
        "posts",
        "likes",
        "comments",
        "conversations",
        "companies",
        "jobs",
        "applications",
    ):
        assert getattr(planned, part) == getattr(again, part)
    assert [post.content for post in planned.posts] != [post.content for post in other.posts]


def test_nothing_exceeds_what_the_limits_let_through(planned: Plan) -> None:
    """Requests, posts, likes and comments of one account fit into their buckets, feeds into theirs."""
    answers = Counter(like.member for like in planned.likes) + Counter(comment.author for comment in planned.comments)
    accepts = Counter(asked for _, asked in planned.requests)

    assert max(Counter(asker for asker, _ in planned.requests).values()) <= MOST_REQUESTS
    assert max(Counter(post.author for post in planned.posts).values()) <= POSTS_PER_AUTHOR
    assert max((answers + accepts).values()) <= 1_000
    assert max(len(planned.feed(person.number)) for person in planned.world.people) <= 1_000


def test_people_answer_only_what_they_may_see(planned: Plan) -> None:
    """Likes and comments are of those a post is for, friends write to friends, nobody applies at home."""
    employers = {job.number: planned.companies[job.company].admin for job in planned.jobs}

    assert all(planned.may_see(like.member, planned.posts[like.post]) for like in planned.likes)
    assert all(planned.may_see(comment.author, planned.posts[comment.post]) for comment in planned.comments)
    assert all(talk.pair[0] in planned.friends(talk.pair[1]) for talk in planned.conversations)
    assert all(employers[application.job] != application.applicant for application in planned.applications)


def test_what_is_there_can_be_told_from_what_is_missing(planned: Plan) -> None:
    """A second run finds posts, comments, jobs and companies by author and words: they are not used twice."""
    for keys in (
        [(post.author, post.content) for post in planned.posts],
        [(comment.post, comment.author, comment.content) for comment in planned.comments],
        [(job.company, job.title) for job in planned.jobs],
        [company.name.casefold() for company in planned.companies],
        [(like.post, like.member) for like in planned.likes],
        [(application.job, application.applicant) for application in planned.applications],
        [talk.pair for talk in planned.conversations],
        [person.email for person in planned.world.people],
    ):
        assert (len(keys), True) == (len(set(keys)), bool(keys))


def test_some_write_much_and_most_write_little(planned: Plan) -> None:
    """A tenth of the people write more than a fifth of the posts; every kind of visibility is there."""
    by_author = sorted(Counter(post.author for post in planned.posts).values(), reverse=True)
    tenth = by_author[: len(planned.world.people) // 10]

    assert sum(tenth) > 0.2 * len(planned.posts)
    assert set(Visibility) == {post.visibility for post in planned.posts}


def test_people_write_and_like_what_they_care_about(planned: Plan) -> None:
    """So that tastes, which no service is told, can be learnt from what people do."""
    people = planned.world.people
    written = mean(people[post.author].tastes[post.topic] for post in planned.posts)
    liked = mean(people[like.member].tastes[planned.posts[like.post].topic] for like in planned.likes)
    wanted = mean(people[hopeful.applicant].tastes[planned.jobs[hopeful.job].topic] for hopeful in planned.applications)
    by_chance = mean(person.tastes[post.topic] for post in planned.posts[::10] for person in people)

    assert min(written, liked, wanted) > 1.5 * by_chance


def test_nothing_happens_before_its_cause_or_in_the_future(planned: Plan) -> None:
    """Posts follow their authors' joining, answers follow posts, messages follow friendships and each other."""
    joined = [person.joined for person in planned.world.people]
    since = planned.world.graph.since

    assert all(joined[post.author] <= post.at <= HORIZON for post in planned.posts)
    for answer, who in [*((like, like.member) for like in planned.likes), *((c, c.author) for c in planned.comments)]:
        post = planned.posts[answer.post]
        assert max(post.at, joined[who], since(who, post.author) or 0) <= answer.at <= HORIZON
    for talk in planned.conversations:
        moments = [since(*talk.pair) or 0, *(at for _, _, at in talk.messages), HORIZON]
        assert all(earlier <= later for earlier, later in pairwise(moments))
    assert all(planned.jobs[hopeful.job].at <= hopeful.at <= HORIZON for hopeful in planned.applications)
    assert all(planned.companies[job.company].at <= job.at <= HORIZON for job in planned.jobs)
    assert sum(post.at > HORIZON - 6 * 86_400 for post in planned.posts) > 0.4 * len(planned.posts)


def test_a_feed_holds_what_friends_share_and_everything_of_ones_own() -> None:
    """Private posts of friends and public ones of strangers are not in it."""
    people = [Person(number, f"{number}@guild.example", "Ann Ash") for number in range(3)]
    kinds = (Visibility.PUBLIC, Visibility.CONNECTIONS, Visibility.PRIVATE)
    posts = tuple(Post(3 * who + n, who, 0, f"{who} {n}", kind) for who in range(3) for n, kind in enumerate(kinds))
    small = Plan(World("three", 1, people, (), Graph.of([(0, 1)], people=3)), ((0, 1),), frozenset(), posts)

    assert frozenset({0, 1, 2, 3, 4}) == small.feed(0)
    assert frozenset({6, 7, 8}) == small.feed(2)
