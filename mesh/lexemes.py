"""Texts as a search finds them: words folded and stemmed in one place, for what is stored and for what is asked.

PostgreSQL keeps and matches them, but reads none itself: its parsers drop the symbols of C++ and C#, its dictionaries
the words they hold too common, such as IT.
"""

from collections import defaultdict
from functools import cache, lru_cache
from typing import Any

from mesh.texts import tokens

_LAST_POSITION = 16_383
_MOST_POSITIONS = 255
"""Limits of a tsvector, https://www.postgresql.org/docs/current/textsearch-limitations.html."""


def vector(**texts: str) -> str:
    """Return a tsvector of texts by their weight, `a` the greatest to `d`; positions run on through all of them."""
    words = [(weight, word) for weight, text in sorted(texts.items()) for word in tokens(text)]
    places: dict[str, list[str]] = defaultdict(list)
    for position, (weight, word) in enumerate(words[:_LAST_POSITION], 1):
        found = places[_stem(word)]
        if len(found) < _MOST_POSITIONS:
            found.append(f"{position}{weight.upper()}")
    return " ".join(f"{quoted(lexeme)}:{','.join(found)}" for lexeme, found in sorted(places.items()))


def query(text: str) -> str:
    """Return the tsquery of a text: all its words, in any order; empty where it has none."""
    return " & ".join(map(quoted, dict.fromkeys(map(_stem, tokens(text)))))


def phrase(text: str) -> str:
    """Return the tsquery of words that stand next to each other, in their order; empty where a text has none."""
    return " <-> ".join(quoted(_stem(word)) for word in tokens(text))


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    """Words of ASCII letters lose their English endings; names of things, with symbols and digits, keep all."""
    return _stemmer().stemWord(word) if word.isascii() and word.isalpha() else word


@cache
def _stemmer() -> Any:
    """Loaded with the first word: the library comes with all its languages, 2 MB that an idle role does without."""
    from snowballstemmer import stemmer

    return stemmer("english")


def quoted(lexeme: str) -> str:
    """Return a lexeme as the text of a tsvector or tsquery has it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
