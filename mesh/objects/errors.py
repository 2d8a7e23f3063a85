"""What goes wrong with objects."""

from mesh.errors import PermissionDenied, Unavailable


class ObjectMissing(Exception):  # noqa: N818 - told to no caller: who asks knows what it means
    """There is no object under a key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no object {key}")
        self.key = key


class ObjectsUnavailable(Unavailable):
    """The object store does not answer, or not in time."""

    reason = "OBJECTS_UNAVAILABLE"


class AddressInvalid(PermissionDenied):
    """An address was changed, is for another method, or its time is over."""

    reason = "ADDRESS_INVALID"
