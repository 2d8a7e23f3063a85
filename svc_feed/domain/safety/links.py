"""Hosts that a text leads to, and what is known of them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from svc_feed.domain.safety.assessment import Finding, Outcome, SafetyReason

_MOST_LINKS = 100
"""Of one text: what has more is looked at as far as that."""
_LONGEST_HOST = 253
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:[/\\]{2}|www\.)[^\s<>\"']{1,2000}"  # an address
    r"|(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_]{2,24}",  # a bare name
    re.IGNORECASE,
)
_DOTS = re.compile("[\u3002\uff0e\uff61]")  # what IDNA takes for a dot
_OUTCOMES = {"limit": Outcome.LIMIT, "review": Outcome.REVIEW, "remove": Outcome.REMOVE}


def hosts_of(text: str) -> list[str]:
    """Return the hosts that a text names in addresses, or by a bare name, each once as `host_of` writes them."""
    found: dict[str, None] = {}
    for number, match in enumerate(_LINK.finditer(_DOTS.sub(".", text))):
        if number == _MOST_LINKS:
            break
        if (host := host_of(match[0])) is not None:
            found[host] = None
    return list(found)


def host_of(link: str) -> str | None:
    """Return the host of an address or a bare name as DNS has it, in lower case and punycode; None for none."""
    address = unicodedata.normalize("NFKC", link).replace("\\", "/")
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname
    except ValueError:
        return None
    return domain_of(host) if host else None


def domain_of(name: str) -> str | None:
    """Return the name of a domain in punycode and lower case, without a dot at its end; None for what is none."""
    bare = _DOTS.sub(".", unicodedata.normalize("NFKC", name)).strip().strip(".").casefold()
    try:
        written = bare.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return written if 0 < len(written) <= _LONGEST_HOST else None


class Domains:
    """Domains with what becomes of texts that lead to them or to a domain below them."""

    def __init__(self, known: Mapping[str, Outcome], reason: SafetyReason) -> None:
        self._known = known
        self._reason = reason

    @classmethod
    def read(cls, lines: Iterable[str], reason: SafetyReason, usual: Outcome) -> "Domains":
        """Read a domain a line, with `limit`, `review` or `remove` behind it or without; # begins a comment.

        Raises ValueError for a line that nobody can read.
        """
        known: dict[str, Outcome] = {}
        for number, line in enumerate(lines, 1):
            words = line.partition("#")[0].split()
            if not words:
                continue
            domain, outcome = domain_of(words[0]), _OUTCOMES.get(words[1]) if words[1:] else usual
            if domain is None or outcome is None or words[2:]:
                raise ValueError(f"line {number} names no domain with an outcome: {line.strip()!r}")
            known[domain] = outcome
        return cls(known, reason)

    def look(self, hosts: Iterable[str]) -> Iterator[Finding]:
        """What is known of hosts: of the nearest domain above each that is."""
        for host in hosts:
            labels = host.split(".")
            for at in range(len(labels)):
                if (outcome := self._known.get(".".join(labels[at:]))) is not None:
                    yield Finding(outcome, self._reason)
                    break


def without_links(text: str) -> str:
    """Return a text without the addresses in it."""
    return _LINK.sub(" ", _DOTS.sub(".", text))
