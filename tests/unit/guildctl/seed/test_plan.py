"""The plan of a network."""

from collections import Counter
from functools import cache

import pytest

from guildctl.seed.orientation import MOST_REQUESTS
from guildctl.seed.plan import Person, Plan, Post, Visibility
from guildctl.seed.planning import POSTS_PER_AUTHOR
from guildctl.seed.story import SMALL, network_plan

planned = cache(network_plan)


@pytest.fixture(scope="module", params=["reed98", "small"])
def plan(request: pytest.FixtureRequest) -> Plan:
    return planned(request.param, 42)


def test_the_same_seed_is_the_same_network(plan: Plan) -> None:
    """And another seed says other things to the same friends."""
    size = "small" if len(plan.people) == SMALL else "reed98"
    again, other = network_plan(size, 42), planned(size, 43)

    assert plan == again
    assert plan.friends == other.friends
    assert [post.content for post in plan.posts] != [post.content for post in other.posts]


def test_nothing_exceeds_what_the_limits_let_through(plan: Plan) -> None:
    """Requests, posts, likes and comments of one account fit into their buckets, feeds into theirs."""
    answers = Counter(like.member for like in plan.likes) + Counter(comment.author for comment in plan.comments)
    accepts = Counter(asked for _, asked in plan.requests)

    assert max(Counter(asker for asker, _ in plan.requests).values()) <= MOST_REQUESTS
    assert max(Counter(post.author for post in plan.posts).values()) <= POSTS_PER_AUTHOR
    assert max((answers + accepts).values()) <= 1_000
    assert max(len(plan.feed(member)) for member in plan.people) <= 1_000


def test_people_answer_only_what_they_may_see(plan: Plan) -> None:
    """Likes and comments are of those a post is for, friends write to friends, nobody applies at home."""
    posts = {post.number: post for post in plan.posts}
    admins = {company.number: company.admin for company in plan.companies}
    employers = {job.number: admins[job.company] for job in plan.jobs}

    assert all(plan.may_see(like.member, posts[like.post]) for like in plan.likes)
    assert all(plan.may_see(comment.author, posts[comment.post]) for comment in plan.comments)
    assert all(one in plan.friends[other] for one, other in (talk.pair for talk in plan.conversations))
    assert all(employers[application.job] != application.applicant for application in plan.applications)


def test_what_is_there_can_be_told_from_what_is_missing(plan: Plan) -> None:
    """A second run finds posts, comments, jobs and companies by author and words: they are not used twice."""
    for keys in (
        [(post.author, post.content) for post in plan.posts],
        [(comment.post, comment.author, comment.content) for comment in plan.comments],
        [(job.company, job.title) for job in plan.jobs],
        [company.name.casefold() for company in plan.companies],
        [(like.post, like.member) for like in plan.likes],
        [(application.job, application.applicant) for application in plan.applications],
        [talk.pair for talk in plan.conversations],
        [person.email for person in plan.people.values()],
    ):
        assert (len(keys), True) == (len(set(keys)), bool(keys))


def test_some_write_much_and_most_write_little(plan: Plan) -> None:
    """A tenth of the people write about a third of the posts; every kind of visibility is there."""
    by_author = sorted(Counter(post.author for post in plan.posts).values(), reverse=True)
    tenth = by_author[: len(plan.people) // 10]

    assert sum(tenth) > 0.2 * len(plan.posts)
    assert set(Visibility) == {post.visibility for post in plan.posts}


def test_the_small_network_is_a_beginning_of_the_whole_one() -> None:
    """So that a run with the whole one goes on with it."""
    small, whole = planned("small", 42), planned("reed98", 42)

    assert SMALL == len(small.people)
    assert small.people.items() <= whole.people.items()
    for name in ("requests", "posts", "likes", "comments", "conversations", "companies", "jobs", "applications"):
        assert set(getattr(small, name)) < set(getattr(whole, name))


def test_a_feed_holds_what_friends_share_and_everything_of_ones_own() -> None:
    """Private posts of friends and public ones of strangers are not in it."""
    person = Person(0, "Ann Ash", "Baker", "Bonn")
    kinds = (Visibility.PUBLIC, Visibility.CONNECTIONS, Visibility.PRIVATE)
    posts = tuple(Post(3 * who + n, who, f"{who} {n}", kind) for who in range(3) for n, kind in enumerate(kinds))
    people = dict.fromkeys(range(3), person)
    plan = Plan(1, people, ((0, 1),), frozenset(), posts, (), (), (), (), (), ())

    assert frozenset({0, 1, 2, 3, 4}) == plan.feed(0)
    assert frozenset({6, 7, 8}) == plan.feed(2)
