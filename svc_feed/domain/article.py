"""What is told of an article where it is not shown whole."""

import re
from functools import cache
from math import ceil
from typing import Any

LAYOUT = 1
"""The version of how articles become HTML and of what is let through: raised with it, so that all are made again."""
EXCERPT = 300
"""Characters."""
_READ = 4_000  # characters that an excerpt is looked for in: a few milliseconds, whatever they are
_WORDS_A_MINUTE = 238
"""Of English, silently: Brysbaert 2019, How many words do we read per minute?, doi:10.1016/j.jml.2019.104047."""
_IDEOGRAPHS_A_MINUTE = 500
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
_TARGET = re.compile(r"\]\([^()\s]*\)|(?m:^ {0,3}\[[^\[\]]*\]:[^\n]*$)")


def excerpt_of(markdown: str) -> str:
    """How an article begins, without its marks."""
    text = " ".join(_plain(parser().parse(markdown[:_READ])).split())
    if len(text) <= EXCERPT and len(markdown) <= _READ:
        return text
    cut = text[: EXCERPT - 1]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"


def minutes_to_read(markdown: str) -> int:
    """How long it takes, a minute at least."""
    ideographs = len(_IDEOGRAPH.findall(markdown))
    words = len(_WORD.findall(_IDEOGRAPH.sub(" ", markdown)))
    return max(ceil(words / _WORDS_A_MINUTE + ideographs / _IDEOGRAPHS_A_MINUTE), 1)


def searched(markdown: str) -> str:
    """The text of an article as a search reads it: without the addresses behind its words."""
    return _TARGET.sub("]", markdown)


@cache
def parser() -> Any:
    """CommonMark with tables and strikethrough; what looks like HTML is text, a picture is a link to it.

    Loaded with the first article. Its parts are never changed, so that one serves all.
    """
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


def _plain(tokens: Any) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.type == "inline":
            parts += [" " if part.type.endswith("break") else part.content for part in token.children or ()]
            parts.append(" ")
        elif token.type in {"fence", "code_block"}:
            parts.append(f"{token.content} ")
    return "".join(parts)
