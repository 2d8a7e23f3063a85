"""What a mail says, once, for readers of plain text and of HTML."""

import html
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_MAX_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go, on a line of its own."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject, and paragraphs and links below it.

    Whatever members wrote may stand in it: the subject stays one line, and the HTML shows text as text.
    """

    subject: str
    parts: Sequence[str | Link]

    @property
    def heading(self) -> str:
        """The subject without characters that a header cannot hold, and not too long for one."""
        visible = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in self.subject)
        return " ".join(visible.split())[:_MAX_SUBJECT]

    def text(self) -> str:
        """The letter as plain text."""
        parts = (f"{part.label}:\n{part.url}" if isinstance(part, Link) else part for part in self.parts)
        return "\n\n".join(parts) + "\n"

    def html(self) -> str:
        """The letter as a small document of HTML without pictures, styles or scripts."""
        body = "\n".join(map(_paragraph, self.parts))
        title = html.escape(self.heading)
        return f'<!doctype html>\n<meta charset="utf-8">\n<title>{title}</title>\n{body}\n'


def _paragraph(part: str | Link) -> str:
    if isinstance(part, Link):
        return f'<p><a href="{html.escape(part.url)}">{html.escape(part.label)}</a></p>'
    return "<p>" + html.escape(part).replace("\n", "<br>") + "</p>"
