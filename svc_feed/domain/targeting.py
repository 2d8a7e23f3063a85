"""Whom a campaign is aimed at."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Self

from mesh.texts import fold, tokens


class Audience(NamedTuple):
    """What targeting looks at of a member, folded as searches fold it."""

    location: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    headline: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *, location: str, skills: Iterable[str], headline: str) -> Self:
        """The audience a member is, as the profile tells of them."""
        return cls(frozenset(tokens(location)), frozenset(map(fold, skills)), frozenset(tokens(headline)))


@dataclass(frozen=True, slots=True)
class Targeting:
    """Each condition that is set must hold; within one, any of its values does. Unset it is everybody."""

    locations: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    headline_words: tuple[str, ...] = ()

    @property
    def everybody(self) -> bool:
        """Whether nothing has to be known of a member."""
        return not (self.locations or self.skills or self.headline_words)

    def matches(self, member: Audience) -> bool:
        """Whether it is aimed at a member: by whole words, whatever their case and accents."""
        return (
            _any_in(self.locations, member.location)
            and (not self.skills or any(_folded(skill) in member.skills for skill in self.skills))
            and _any_in(self.headline_words, member.headline)
        )


EVERYBODY = Targeting()


def _any_in(wanted: tuple[str, ...], words: frozenset[str]) -> bool:
    """Whether all words of one of the texts are there; a text without any word is nowhere."""
    return not wanted or any((found := _words(text)) and found <= words for text in wanted)


@lru_cache(maxsize=16_384)  # asked for of every member, for every campaign
def _words(text: str) -> frozenset[str]:
    return frozenset(tokens(text))


@lru_cache(maxsize=16_384)
def _folded(text: str) -> str:
    return fold(text)
