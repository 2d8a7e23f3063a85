"""The tables that an index refers to: RFC 7541, sections 2.3 and 4, appendix A."""

from collections import deque

Field = tuple[str, str]

DEFAULT_SIZE = 4096  # of a dynamic table, until SETTINGS_HEADER_TABLE_SIZE says otherwise
OVERHEAD = 32  # what a field counts beyond its octets

STATIC: tuple[Field, ...] = (
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
)
FIRST_DYNAMIC = len(STATIC) + 1  # indices begin at one
STATIC_FIELDS: dict[Field, int] = {field: index for index, field in enumerate(STATIC, 1)}
STATIC_NAMES: dict[str, int] = {name: FIRST_DYNAMIC - back for back, (name, _) in enumerate(reversed(STATIC), 1)}


def field_size(field: Field) -> int:
    """Return what a field counts in a table or in a list."""
    return OVERHEAD + len(field[0]) + len(field[1])


LARGEST_STATIC = max(map(field_size, STATIC))


class DecodingTable:
    """What a decoder remembers.

    `entries` holds both tables by index, so that a look-up is one step: an insertion moves at most 128 pointers.
    Entry 0 is nobody's. `largest` is at least the size of every entry, `version` tells one content from another.
    """

    __slots__ = ("capacity", "entries", "largest", "size", "version")

    def __init__(self, capacity: int) -> None:
        self.entries: list[Field] = [("", ""), *STATIC]
        self.capacity = capacity
        self.size = 0
        self.largest = LARGEST_STATIC
        self.version = 0

    def insert(self, field: Field) -> None:
        """Make room for a field and insert it; one larger than the table empties it (section 4.4)."""
        size = OVERHEAD + len(field[0]) + len(field[1])
        self.version += 1
        if self.size + size > self.capacity:
            self._evict(self.capacity - size)
        if size <= self.capacity:
            self.entries.insert(FIRST_DYNAMIC, field)
            self.size += size
            self.largest = max(self.largest, size)

    def resize(self, capacity: int) -> None:
        """Set how much the table may hold, and drop what no longer fits."""
        self.version += 1
        self.capacity = capacity
        self._evict(capacity)

    def _evict(self, limit: int) -> None:
        entries = self.entries
        while self.size > limit and len(entries) > FIRST_DYNAMIC:
            self.size -= field_size(entries.pop())


class EncodingTable:
    """What an encoder knows its peer to remember: where a field or a name is, rather than what is at an index.

    Places below FIRST_DYNAMIC are indices of the static table; the others count insertions, so that they stay true
    while indices move: the index of such a place is `base` minus it.
    """

    __slots__ = ("base", "capacity", "fields", "names", "order", "size")

    def __init__(self, capacity: int) -> None:
        self.fields = STATIC_FIELDS.copy()
        self.names = STATIC_NAMES.copy()
        self.order: deque[Field] = deque()
        self.base = 2 * FIRST_DYNAMIC - 1
        self.capacity = capacity
        self.size = 0

    def insert(self, field: Field) -> None:
        """Make room for a field that is not in the table and insert it; it must fit."""
        size = field_size(field)
        if self.size + size > self.capacity:
            self._evict(self.capacity - size)
        place = self.base + 1 - FIRST_DYNAMIC
        self.base += 1
        self.size += size
        self.order.append(field)
        self.fields[field] = place
        if field[0] not in STATIC_NAMES:
            self.names[field[0]] = place

    def resize(self, capacity: int) -> None:
        """Set how much the table may hold, and drop what no longer fits."""
        self.capacity = capacity
        self._evict(capacity)

    def _evict(self, limit: int) -> None:
        while self.size > limit and self.order:
            field = self.order.popleft()
            self.size -= field_size(field)
            place = self.fields.pop(field)
            if self.names.get(field[0]) == place:
                del self.names[field[0]]
