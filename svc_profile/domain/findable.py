"""By what a search finds a member: words of the profile, the slips of writing they forgive, and what is counted.

A slip is one letter that is wrong, missing, too many, or changed places with its neighbour. Two words that are one slip
apart have the same letters left when the right one is taken out of each: both are known by what is left (the deletions
of SymSpell, https://github.com/wolfgarbe/SymSpell, here of words that are still being written as well).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from mesh.texts import fold, tokens
from svc_profile.domain.audience import Closeness
from svc_profile.domain.career import Career, Education, Position, Skill
from svc_profile.domain.privacy import Field, Privacy
from svc_profile.domain.user import User

VERSION = 1
"""Of the rules below: members whose words follow older ones are read again."""
NAME, SLIP_IN_NAME, SLIP = "=", "~", "-"
"""What words begin with that are of a name, or left of one when a letter is taken out, or left of another word."""
MOST_WORDS = 600
"""Of one member: a profile of a hundred positions is found by what it says first."""
MOST_ASKED = 10
"""Words of one question."""
_SHORTEST_BEGINNING = 4
"""Letters of a word from which on a slip is forgiven while it is being written; shorter ones have to be whole."""
_SHORTEST = 2
_SHORTEST_OF_NO_NAME = 5
"""A slip in the shorter ones finds every "at" and "of" of a headline."""
FILTER_BITS = 7
"""Of a tag: the number of its filter."""
_PARTS_OF_A_PLACE = 6


class Filter(Enum):
    """What a search narrows by and counts, with its number in a tag; the name is that of the contract."""

    COMPANY = 0
    SCHOOL = 1
    SKILLS = 2
    INDUSTRY = 3
    LOCATION = 4
    WHOLE_LOCATION = 5
    """Of several parts: found, but not counted beside its parts."""


COUNTED = (Filter.COMPANY, Filter.SCHOOL, Filter.SKILLS, Filter.INDUSTRY, Filter.LOCATION)


@dataclass(frozen=True, slots=True)
class Findable:
    """By what somebody is found: words as they are compared, and tags of what they can be narrowed by."""

    words: frozenset[str]
    tags: frozenset[int]


@dataclass(frozen=True, slots=True)
class Term:
    """A word that must, or whose beginning must, be among those of a member."""

    word: str
    begins: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question, each as any of several terms, in the strictest and in wider readings."""

    exact: tuple[tuple[Term, ...], ...]
    """Names as they are written."""
    named: tuple[tuple[Term, ...], ...]
    """Names that begin so."""
    plain: tuple[tuple[Term, ...], ...]
    """Any words that begin so."""
    misspelt_name: tuple[tuple[Term, ...], ...]
    """Names, with a slip in each."""
    widest: tuple[tuple[Term, ...], ...]
    """Any words, with a slip in each."""

    @property
    def of_names(self) -> "Asked":
        """The same question, about names alone."""
        return replace(self, plain=self.named, widest=self.misspelt_name)


def shown(user: User, privacy: Privacy, career: Career) -> tuple[Findable, Findable | None]:
    """By what all members find one, and by what connections do where they see more.

    Audiences that depend on a shared connection count as if there were none: nobody is found by what is not shown.
    """
    from_all, from_near = (
        privacy.hidden_in_profile(closeness) for closeness in (Closeness.MEMBER, Closeness.CONNECTION)
    )
    everyone = _seen(user, career, from_all)
    near = everyone if from_all == from_near else _seen(user, career, from_near)
    return everyone, None if near == everyone else near


def _seen(user: User, career: Career, hidden: frozenset[Field]) -> Findable:
    """By what those find a member who do not see some fields."""
    positions = () if Field.POSITIONS in hidden else career.all(Position)
    schools = () if Field.EDUCATION in hidden else career.all(Education)
    skills = () if Field.SKILLS in hidden else career.all(Skill)
    industry = "" if Field.INDUSTRY in hidden else user.industry
    tags = [
        *(tag(Filter.COMPANY, each.company_name) for each in positions),
        *(tag(Filter.SCHOOL, each.school) for each in schools),
        *(tag(Filter.SKILLS, each.name) for each in skills),
        *([tag(Filter.INDUSTRY, industry)] if fold(industry) else []),
        *_places("" if Field.LOCATION in hidden else user.location),
    ]
    texts = [
        "" if Field.HEADLINE in hidden else user.headline,
        *(text for each in positions for text in (each.title, each.company_name)),
        *(each.school for each in schools),
        *(each.name for each in skills),
    ]
    return Findable(frozenset(_words(user.name, texts)), frozenset(tags))


def asked(text: str) -> Asked | None:
    """How a question is read; None where it has no words."""
    words = list(dict.fromkeys(tokens(text)))[:MOST_ASKED]
    if not words:
        return None
    named = tuple((Term(NAME + word, begins=True),) for word in words)
    plain = tuple((Term(word, begins=True), Term(NAME + word, begins=True)) for word in words)
    misspelt = tuple(tuple(_slips(word, NAME, SLIP_IN_NAME)) for word in words)
    others = tuple(tuple(_slips_beside_names(word)) for word in words)
    return Asked(
        exact=tuple((Term(NAME + word, begins=False),) for word in words),
        named=named,
        plain=plain,
        misspelt_name=tuple(one + more for one, more in zip(named, misspelt, strict=True)),
        widest=tuple(one + more + most for one, more, most in zip(plain, misspelt, others, strict=True)),
    )


def tag_of(filter_: Filter, value: str) -> int:
    """The tag that a filter's value stands for."""
    if filter_ is Filter.LOCATION and "," in value:
        return tag(Filter.WHOLE_LOCATION, _whole(value))
    return tag(filter_, value)


@lru_cache(maxsize=8_192)
def tag(filter_: Filter, value: str) -> int:
    """61 bits of a hash of the folded value, and the filter's number in the last three; signed, as a bigint is."""
    digest = hashlib.blake2b(fold(value).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, signed=True) & ~FILTER_BITS) | filter_.value


def filter_of(tag: int) -> Filter:
    """What a tag is of."""
    return Filter(tag & FILTER_BITS)


def places(location: str) -> list[str]:
    """The parts of a place, as a member writes them."""
    return [part.strip() for part in location.split(",")[:_PARTS_OF_A_PLACE] if fold(part)]


@lru_cache(maxsize=8_192)  # members share most of their words
def slips(word: str) -> tuple[str, ...]:
    """What is left of a word when one of its letters is taken out."""
    if len(word) < _SHORTEST:
        return ()
    return tuple(dict.fromkeys(word[:at] + word[at + 1 :] for at in range(len(word))))


def _places(location: str) -> list[int]:
    parts = places(location)
    whole = [tag(Filter.WHOLE_LOCATION, _whole(location))] if len(parts) > 1 else []
    return [*(tag(Filter.LOCATION, part) for part in parts), *whole]


def _whole(location: str) -> str:
    return ", ".join(places(location))


def _words(name: str, texts: Iterable[str]) -> Iterable[str]:
    words: dict[str, None] = {}
    for word in _of_name(name):
        words |= dict.fromkeys([NAME + word, *(SLIP_IN_NAME + rest for rest in slips(word))])
    for word in dict.fromkeys(word for text in texts for word in tokens(text)):
        words |= dict.fromkeys([word, *(SLIP + rest for rest in slips(word) if len(word) >= _SHORTEST_OF_NO_NAME)])
        if len(words) > MOST_WORDS:
            break
    return words


def _of_name(name: str) -> list[str]:
    """The words of a name, and all of it as one: a space may be the slip."""
    words = tokens(name)
    return list(dict.fromkeys([*words, "".join(words)[:64]])) if words else []


def _slips_beside_names(word: str) -> Iterator[Term]:
    if len(word) >= _SHORTEST_OF_NO_NAME:
        yield from _slips(word, "", SLIP)
    elif len(word) == _SHORTEST_OF_NO_NAME - 1:
        yield Term(SLIP + word, begins=False)


def _slips(word: str, whole: str, left: str) -> Iterator[Term]:
    """What words may be meant that are one slip away from `word`."""
    begins = len(word) >= _SHORTEST_BEGINNING
    yield Term(left + word, begins)  # a letter is missing
    for rest in slips(word):
        yield Term(left + rest, begins)  # a letter is wrong, or two changed places
        yield Term(whole + rest, begins)  # there is one too many
