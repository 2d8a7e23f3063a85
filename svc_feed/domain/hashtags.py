"""Hashtags: what a text says that it is about, and the topics they name."""

import re
import unicodedata

from mesh.errors import InvalidArgument
from mesh.texts import fold

MOST_HASHTAGS = 30
"""Topics of one post; what it names beyond them is text alone."""
MOST_CHARACTERS = 100
_LONGEST = 400  # characters that are folded, with marks and joiners, which folding drops

_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)|(`{1,3})[^`\n]+\2", re.DOTALL | re.MULTILINE)
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)\S+", re.IGNORECASE)
_SIGN = re.compile(r"(?<![\w/&#＃])[#＃]([^\s#＃]{1,401})")  # noqa: RUF001 - what keyboards of Chinese and Japanese write
_JOINERS = "\u200c\u200d"  # between letters of Persian and of Indic scripts; folding drops them


class TopicInvalid(InvalidArgument):
    """A topic is letters, digits and underscores, with a letter among them."""

    reason = "TOPIC_INVALID"


def topic_of(name: str) -> str:
    """Return a topic as it is stored, from its name in any case, with or without its #; raises TopicInvalid."""
    bare = name[1:] if name[:1] in {"#", "＃"} else name  # noqa: RUF001 - as above
    topic = _folded(bare) if _run(bare) == bare else None
    if topic is None:
        raise TopicInvalid("a topic is letters, digits and underscores, with a letter among them")
    return topic


def hashtags_of(*texts: str | None) -> tuple[str, ...]:
    """Return the topics that texts name with #, each once, in their order; none of those in code and in addresses."""
    found: dict[str, None] = {}
    for text in texts:
        if not text or ("#" not in text and "＃" not in text):  # noqa: RUF001 - as above
            continue
        for match in _SIGN.finditer(_ADDRESS.sub(" ", _CODE.sub(" ", text))):
            if (topic := _folded(_run(match[1]))) is not None:
                found[topic] = None
                if len(found) == MOST_HASHTAGS:
                    return tuple(found)
    return tuple(found)


def _run(text: str) -> str:
    """The characters at the front of a text that a topic may have."""
    end = next((at for at, one in enumerate(text) if not _belongs(one)), len(text))
    return text[:end]


def _belongs(one: str) -> bool:
    return one == "_" or one in _JOINERS or unicodedata.category(one) in _PARTS


_PARTS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"})
"""Categories of letters, of the marks they carry (vowels, in many scripts) and of decimal digits."""


def _folded(name: str) -> str | None:
    if len(name) > _LONGEST:
        return None
    topic = fold(name)
    fits = 0 < len(topic) <= MOST_CHARACTERS and _run(topic) == topic and any(map(str.isalpha, topic))
    return topic if fits else None
