"""Find concepts by what people type."""

import string
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from mesh.texts import fold, tokens
from svc_profile.domain.taxonomy.concepts import Concept, ConceptNotFound

_LETTERS = string.ascii_lowercase + string.digits
_FORGIVEN = 4  # letters of a word that may hold a mistake; shorter words have too many neighbours


class _Label(NamedTuple):
    text: str
    is_alias: bool
    concept: Concept


class Index:
    """Concepts by id, by any of their names, and by the beginnings of words of these.

    Texts are folded on both sides. It is small enough to live in each process: some thousand names take a few MB.
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._by_id: Mapping[UUID, Concept] = {one.id: one for one in sorted(concepts, key=lambda one: fold(one.name))}
        labels = [
            _Label(fold(name), bool(is_alias), concept)
            for concept in self._by_id.values()
            for is_alias, name in enumerate((concept.name, *concept.aliases))
        ]
        self._labels = sorted(labels, key=lambda label: (label.is_alias, len(label.text), label.text))
        self._by_label: dict[str, Concept] = {}
        words: dict[str, set[int]] = {}
        for place, label in enumerate(self._labels):
            self._by_label.setdefault(label.text, label.concept)
            for word in tokens(label.text):
                words.setdefault(word, set()).add(place)
        self._words = sorted(words)
        self._places = [tuple(words[word]) for word in self._words]  # a third of what sets take

    def __iter__(self) -> Iterator[Concept]:
        """All concepts, by name."""
        return iter(self._by_id.values())

    def __contains__(self, concept_id: UUID) -> bool:
        return concept_id in self._by_id

    def get(self, concept_id: UUID) -> Concept:
        """The concept of an id; raises ConceptNotFound."""
        try:
            return self._by_id[concept_id]
        except KeyError:
            raise ConceptNotFound(concept_id) from None

    def many(self, ids: Iterable[UUID]) -> list[Concept]:
        """Those that exist, in the order asked for, repeats once."""
        return [self._by_id[one] for one in dict.fromkeys(ids) if one in self._by_id]

    def named(self, name: str) -> Concept | None:
        """The concept that has this name or, where none has, this alias."""
        return self._by_label.get(fold(name))

    def search(self, q: str) -> list[Concept]:
        """Whatever has all words of `q` as beginnings of its own, the best match first; all concepts for no words.

        A whole name comes before the beginning of one, and that before words inside it; names before aliases, short
        ones before long ones. Only where nothing is found a word may differ in one letter, have one too many or too
        few, or two of them exchanged.
        """
        asked, words = fold(q), tokens(q)
        if not words:
            return [] if asked else list(self)
        found = self._having(words, self._beginning) or self._having(words, self._near)
        labels = [self._labels[place] for place in sorted(found)]  # in their order, which the next one keeps
        labels.sort(key=lambda label: (not label.text.startswith(asked)) + (label.text != asked))
        return list({id(label.concept): label.concept for label in labels}.values())

    def _having(self, words: Sequence[str], places: Callable[[str], set[int]]) -> set[int]:
        found = set[int]()
        for n, word in enumerate(words):
            here = places(word)
            found = found & here if n else here
        return found

    def _beginning(self, word: str) -> set[int]:
        """The labels with a word that begins so."""
        found = set[int]()
        at = bisect_left(self._words, word)
        while at < len(self._words) and self._words[at].startswith(word):
            found.update(self._places[at])
            at += 1
        return found

    def _near(self, word: str) -> set[int]:
        found = self._beginning(word)
        if not found and len(word) >= _FORGIVEN:
            for other in _one_off(word):
                found |= self._beginning(other)
        return found


def _one_off(word: str) -> Iterator[str]:
    """Every text that is one mistake away (after Norvig, "How to write a spelling corrector")."""
    for at in range(len(word) + 1):
        left, right = word[:at], word[at:]
        if right:
            yield left + right[1:]
            yield from (left + letter + right[1:] for letter in _LETTERS)
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
        yield from (left + letter + right for letter in _LETTERS)
