"""An article as HTML, made by one library and let through by another; all others are refused that nobody named."""

import html
import signal
from typing import Any

import nh3

from svc_feed.domain.article import parser

SECONDS = 2.0
"""Of the processor's time that a layout may take: several times what the longest of proper texts do."""
MOST_BYTES = 2 * 1024 * 1024
"""What an answer has room for beside the article."""

_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code"),
    *("em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow ugc noopener noreferrer",
)


class _TakesTooLong(Exception):  # noqa: N818 - says what happened
    """More than its time."""


def lay_out(markdown: str, seconds: float = SECONDS) -> str:
    """The HTML of an article; what takes more than its time, or becomes too large, is told as it was written.

    For the main thread of a process that does nothing else: it is stopped by a signal.
    """
    signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        made = parser().render(markdown)
    except (_TakesTooLong, RecursionError):
        return _as_written(markdown)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    clean = _CLEANER.clean(made)
    return clean if len(clean.encode()) <= MOST_BYTES else _as_written(markdown)


def _stop(*_: Any) -> None:
    raise _TakesTooLong


def _as_written(markdown: str) -> str:
    paragraphs = (html.escape(one.strip("\n"), quote=False) for one in markdown.split("\n\n"))
    return "".join(f"<p>{one}</p>\n" for one in paragraphs if one)
