"""Which passwords are too easily guessed to be taken."""

from mesh.errors import FieldViolation, InvalidArgument
from mesh.texts import skeleton

_DISTINCT = 4  # characters a password has at least
_RUNS = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
_COMMON = frozenset(
    """
    password password1 password12 password123 passw0rd p@ssw0rd p@ssword password! iloveyou iloveyou1 princess sunshine
    football baseball superman starwars computer michelle jennifer trustno1 whatever welcome1 welcome123 letmein1
    letmein123 admin123 administrator changeme changeme1 qwerty123 qwerty1234 1q2w3e4r 1q2w3e4r5t 1qaz2wsx zaq12wsx
    q1w2e3r4 asdf1234 abcd1234 abc12345 a1b2c3d4 aa123456 test1234 guest1234 dragon123 monkey123 shadow123 master123
    charlie1 liverpool internet linkedin linkedin1 football1 baseball1 princess1 sunshine1 pokemon123 1234abcd
    12341234 11223344 12344321 87654321 987654321 123123123 147258369 123654789 123qweasd qweasdzxc
    """.split()  # noqa: SIM905 - one line each would be a page
)
"""What guessers try first, of eight characters or more."""


class PasswordTooWeak(InvalidArgument):
    """The password is easily guessed."""

    reason = "PASSWORD_TOO_WEAK"


class PasswordMismatch(InvalidArgument):
    """The current password is another one."""

    reason = "PASSWORD_MISMATCH"

    def __init__(self) -> None:
        violation = FieldViolation("current_password", "must be the password of the account")
        super().__init__("the current password is wrong", violations=[violation])


def check_strength(password: str, *, email: str, name: str, field: str = "password") -> None:
    """Raise PasswordTooWeak for what guessers try first: a common word, a run of keys, the member's own name."""
    word = skeleton(password)
    own = {skeleton(email), skeleton(email).partition("@")[0], skeleton(name), skeleton(name).replace(" ", "")}
    if word in _COMMON or word in own or len(set(word)) < _DISTINCT or any(word in run + run[::-1] for run in _RUNS):
        violation = FieldViolation(field, "must not be among the first that are guessed")
        raise PasswordTooWeak("the password is too easily guessed: choose another", violations=[violation])
