"""The short name under which a profile is found."""

import re
from datetime import datetime, timedelta
from unicodedata import normalize

from mesh.errors import AlreadyExists, FailedPrecondition, FieldViolation, InvalidArgument, NotFound

COOL_DOWN = timedelta(days=30)
"""After a change, until the next one: addresses that people wrote down should last."""
REDIRECTS = timedelta(days=90)
"""How long an older handle leads to the profile, and is nobody else's."""
_SHORTEST, _LONGEST = 3, 30
_FORM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_RESERVED = frozenset(
    {
        *("about", "abuse", "account", "admin", "administrator", "api", "app", "auth"),
        *("billing", "blog", "careers", "company", "companies", "contact", "developer", "docs"),
        *("edit", "export", "feed", "guild", "help", "home", "internal", "invite"),
        *("job", "jobs", "legal", "login", "logout", "mail", "messages", "messaging"),
        *("moderator", "network", "news", "notifications", "null", "official", "openapi", "password"),
        *("payments", "postmaster", "press", "privacy", "profile", "public", "register", "root"),
        *("safety", "sales", "search", "security", "settings", "signin", "signup", "staff"),
        *("status", "store", "support", "system", "team", "terms", "trust", "undefined"),
        *("user", "users", "verify", "webmaster"),
    }
)


class HandleInvalid(InvalidArgument):
    """No handle looks like that."""

    reason = "HANDLE_INVALID"


class HandleTaken(AlreadyExists):
    """Somebody has it, had it lately, or nobody may."""

    reason = "HANDLE_TAKEN"

    def __init__(self, handle: str) -> None:
        super().__init__(f"the handle {handle} is taken: choose another")


class HandleSetLately(FailedPrecondition):
    """The member changed it not long ago."""

    reason = "HANDLE_SET_LATELY"


class HandleNotFound(NotFound):
    """Nobody has it, or nobody whom the caller may know of."""

    reason = "HANDLE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("nobody is found under that handle")


def normalised(text: str) -> str:
    """A handle as it is stored and looked up."""
    return normalize("NFKC", text).strip().lower()


def check_handle(text: str) -> str:
    """A handle that a member may have, normalised; raises HandleInvalid, HandleTaken."""
    handle = normalised(text)
    if not _SHORTEST <= len(handle) <= _LONGEST or not _FORM.fullmatch(handle):
        rule = f"must be {_SHORTEST} to {_LONGEST} letters a to z, digits and single hyphens between them"
        raise HandleInvalid("a handle is part of an address", violations=[FieldViolation("handle", rule)])
    if handle in _RESERVED:
        raise HandleTaken(handle)
    return handle


def check_cool_down(since: datetime, at: datetime) -> None:
    """Refuse a change too soon after the last; raises HandleSetLately."""
    then = since + COOL_DOWN
    if at < then:
        raise HandleSetLately(f"a handle is kept for {COOL_DOWN.days} days: change it after {then:%Y-%m-%d}")
