"""What shows that a member works where a position says: that they read the mail of an address there."""

from functools import cache
from importlib.resources import files

from mesh.errors import AlreadyExists, FieldViolation, InvalidArgument


class WorkAddressRefused(InvalidArgument):
    """Anybody gets mail at the domain."""

    reason = "WORK_ADDRESS_REFUSED"


class WorkAddressTaken(AlreadyExists):
    """The address verified another member."""

    reason = "WORK_ADDRESS_TAKEN"


def work_domain(email: str) -> str:
    """The domain of a normalised address; raises WorkAddressRefused where anybody gets mail at it, or above."""
    domain = email.rpartition("@")[2]
    labels = domain.split(".")
    if any(".".join(labels[start:]) in _free_mail() for start in range(len(labels))):
        violation = FieldViolation("email", "must be an address at work")
        raise WorkAddressRefused(f"anybody gets mail at {domain}: name your address at work", violations=[violation])
    return domain


@cache
def _free_mail() -> frozenset[str]:
    lines = (files("svc_profile.domain") / "free_mail.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
