"""By what members are found: beginnings, slips, accents, and nothing they do not show."""

import string
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mesh.texts import fold, tokens
from svc_profile.domain.audience import Audience
from svc_profile.domain.career import Career, Education, Position, Skill
from svc_profile.domain.findable import Asked, Filter, Findable, Term, asked, filter_of, places, shown, tag, tag_of
from svc_profile.domain.ids import UserId
from svc_profile.domain.periods import PartialDate
from svc_profile.domain.privacy import Privacy
from svc_profile.domain.user import User

AT, ID = datetime(2026, 1, 1, tzinfo=UTC), UUID(int=1)
NAMES = ("José García-Núñez", "Łukasz Wójcik", "Siobhán O'Brien", "Ann Li", "王小明", "Soo-jin Park", "Straße Ærø")
CAREER = Career.of(
    [
        Position(id=ID, title="Welder", company_name="Acorn Labs", start=PartialDate(2020)),
        Education(id=ID, school="Oslo College"),
        Skill(id=ID, name="C++"),
    ]
)
LETTERS = st.sampled_from(string.ascii_lowercase)


def member(name: str = "Some One", **fields: Any) -> User:
    return User(UserId(ID), name, AT, AT, **fields)


def found_by(name: str, **fields: Any) -> Findable:
    return shown(member(name, **fields), Privacy(), Career())[0]


def matches(findable: Findable, groups: tuple[tuple[Term, ...], ...]) -> bool:
    """What the database does with them."""

    def has(term: Term) -> bool:
        return any(word.startswith(term.word) if term.begins else word == term.word for word in findable.words)

    return all(any(has(term) for term in group) for group in groups)


def read(text: str) -> Asked:
    found = asked(text)
    assert found is not None
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_found_by_each_beginning(name: str) -> None:
    """With accents or without, in any case, as far as there is a letter to go by."""
    for end in range(1, len(name) + 1):
        for text in (name[:end], fold(name[:end]), name[:end].upper()):
            if tokens(text):
                assert matches(found_by(name), read(text).named)


@given(
    name=st.sampled_from(NAMES),
    at=st.integers(0, 40),
    other=LETTERS,
    kind=st.sampled_from(["wrong", "missing", "many", "swap"]),
)
def test_a_name_is_found_with_one_slip(name: str, at: int, other: str, kind: str) -> None:
    """In any letter of it, a space among them."""
    text = fold(name).replace("-", " ").replace("'", " ")
    at %= len(text)
    slipped = {
        "wrong": text[:at] + other + text[at + 1 :],
        "missing": text[:at] + text[at + 1 :],
        "many": text[:at] + other + text[at:],
        "swap": text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
    }[kind]
    before, after = tokens(text), tokens(slipped)
    assume(len(before) == len(after) and all(map(_few, before, after)))
    assert matches(found_by(name), read(slipped).widest)


def _few(before: str, after: str) -> bool:
    """A slip leaves something: a name of one letter, and one of two that lost one, are other names."""
    return before == after or (len(before) > 1 and len(after) > 1)


def test_a_name_in_one_word_is_found() -> None:
    """A space that is missing is a slip as well."""
    assert matches(found_by("Ann Lindqvist"), read("annlindqvist").widest)
    assert matches(found_by("Ann Lindqvist"), read("annlndq").widest)


@given(word=st.sampled_from(["thomas", "jonathan"]), cut=st.integers(4, 8), at=st.integers(0, 7), other=LETTERS)
def test_a_slip_is_forgiven_while_the_name_is_written(word: str, cut: int, at: int, other: str) -> None:
    """From four letters on."""
    text = word[:cut]
    at %= len(text)
    assert matches(found_by(word), read(text[:at] + other + text[at + 1 :]).misspelt_name)


def test_who_is_meant_comes_before_who_may_be_meant() -> None:
    """Each reading finds what the stricter ones find, and more."""
    found = read("jon")
    john, jonathan, jane = (found_by(name) for name in ("Jon", "Jonathan", "Jane"))
    assert [True, False, False] == [matches(one, found.exact) for one in (john, jonathan, jane)]
    assert [True, True, False] == [matches(one, found.named) for one in (john, jonathan, jane)]
    for wider in (found.plain, found.widest):
        assert matches(john, wider)
        assert matches(jonathan, wider)


def test_a_profile_is_found_by_all_it_says() -> None:
    """Headline, title, company, school, skill; a slip is forgiven in words of five letters or more."""
    full, _ = shown(member(headline="Builder of bridges"), Privacy(), CAREER)
    for text in ("bridges", "brigdes", "welder", "acorn", "acrn labs", "oslo col", "c++", "some acorn"):
        assert matches(full, read(text).widest)
    assert not matches(full, read("ot").widest)
    assert {Filter.COMPANY, Filter.SCHOOL, Filter.SKILLS} == {filter_of(each) for each in full.tags}


def test_who_shows_less_is_found_by_less() -> None:
    """Only connections find by the rest where they alone see it; by what nobody sees nobody finds."""
    user = member(headline="Builder", location="Oslo, Norway")
    everyone, near = shown(user, Privacy(profile_audience=Audience.CONNECTIONS), CAREER)
    assert near is not None
    assert matches(everyone, read("builder").plain)
    assert not matches(everyone, read("acorn").widest)
    assert matches(near, read("acorn").plain)
    assert {Filter.LOCATION, Filter.WHOLE_LOCATION} == {filter_of(each) for each in everyone.tags}
    assert (everyone, None) == shown(user, Privacy(profile_audience=Audience.ONLY_ME), CAREER)


def test_a_field_that_is_hidden_finds_nobody() -> None:
    """Each by its own audience; one that asks for a shared connection counts as if there were none."""
    privacy = Privacy(
        positions_audience=Audience.CONNECTIONS,
        skills_audience=Audience.MUTUALS,
        location_audience=Audience.SECOND_DEGREE,
        headline_audience=Audience.ONLY_ME,
    )
    everyone, near = shown(member(headline="Builder", location="Oslo"), privacy, CAREER)
    assert near is not None
    assert {Filter.SCHOOL} == {filter_of(each) for each in everyone.tags}
    assert {Filter.SCHOOL, Filter.COMPANY, Filter.LOCATION} == {filter_of(each) for each in near.tags}
    assert [False, True] == [matches(one, read("welder acorn").plain) for one in (everyone, near)]
    assert [False, False] == [matches(one, read("builder").widest) for one in (everyone, near)]


def test_whose_search_is_reduced_asks_for_names() -> None:
    """Not for what a reduced profile does not show."""
    full, _ = shown(member("Ann Li"), Privacy(), CAREER)
    assert matches(full, read("ann").of_names.widest)
    assert not matches(full, read("acorn").of_names.widest)


def test_places_are_compared_whole_or_by_parts() -> None:
    """Without regard to case and accents; the whole by all of it."""
    tags = found_by("Ann Li", location="São Paulo, Brazil").tags
    for value in ("sao paulo", "Brazil", "SÃO PAULO,  brazil"):
        assert tag_of(Filter.LOCATION, value) in tags
    assert tag_of(Filter.LOCATION, "Paulo") not in tags
    assert ["a", "b"] == places("a, ,b")


def test_a_tag_is_a_bigint_that_knows_its_filter() -> None:
    """The same value of two filters are two tags."""
    for filter_ in Filter:
        number = tag(filter_, "Acme")
        assert -(2**63) <= number < 2**63
        assert filter_ is filter_of(number)


def test_a_question_without_words_asks_for_nothing() -> None:
    """It is not read as one that finds everybody."""
    assert asked(" !? ") is None
