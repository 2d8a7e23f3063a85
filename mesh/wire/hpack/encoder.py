"""Lists of fields to header blocks: RFC 7541, sections 2, 4.2 and 6."""

from collections.abc import Sequence

from mesh.wire.hpack import huffman
from mesh.wire.hpack.integers import encode_integer
from mesh.wire.hpack.tables import (
    DEFAULT_SIZE,
    FIRST_DYNAMIC,
    OVERHEAD,
    STATIC_NAMES,
    EncodingTable,
    Field,
)

_INDICES = FIRST_DYNAMIC + DEFAULT_SIZE // OVERHEAD  # an entry counts 32 octets at least: more indices there are not
_INDEXED = tuple(encode_integer(index, 0x80, 0x7F) for index in range(_INDICES))
_LITERAL = tuple(encode_integer(index, 0x00, 0x0F) for index in range(_INDICES))
_INSERTED = tuple(encode_integer(index, 0x40, 0x3F) for index in range(_INDICES))
_MAX_LENGTH = 1024
_LENGTHS = tuple(encode_integer(length, 0x00, 0x7F) for length in range(_MAX_LENGTH))

_SHARE_OF_FIELD = 2  # a field of more than a quarter of the table would turn out too much else
_SHARE_OF_NAME = 4  # and one that is there for its name's sake, of more than a sixteenth
_CRUMB = 6  # octets of a value that cost less to send each time than to give a place, beside another of its name
_SEEN = 128  # fields and names remembered before they have a place; then we begin anew
_MEMO_LISTS = 64


class Encoder:
    """The sending end of a connection's header compression.

    A field earns its place in the table by coming twice, and so does a name: the ids of calls do not wash out what all
    calls have in common, nor do the short values that a name has by turns, which are sent as they are. Names in
    `never_indexed` stay out of every table on the way (section 7.1.3).

    A list may be encoded in parts whose blocks are joined: whoever sends the same fields with each call keeps them
    apart, as a tuple, and has their block from a memo. Between the parts of one list there must be no `resize`.
    """

    __slots__ = ("_bound", "_memo", "_never", "_seen", "_smallest", "_table")

    def __init__(
        self,
        *,
        never_indexed: frozenset[str] = frozenset({"authorization", "proxy-authorization", "cookie"}),
        max_table_size: int = DEFAULT_SIZE,
    ) -> None:
        self._bound = min(max_table_size, DEFAULT_SIZE)
        self._table = EncodingTable(DEFAULT_SIZE)
        self._never = {name: _start(name, 0x10) for name in never_indexed}
        self._seen: set[int] = set()
        self._memo: dict[tuple[Field, ...], bytes] = {}
        self._smallest: int | None = None  # since the last block, if the size changed
        self.resize(self._bound)

    def resize(self, max_table_size: int) -> None:
        """Obey the peer's SETTINGS_HEADER_TABLE_SIZE: the next block begins by saying what became of the table."""
        capacity = min(max_table_size, self._bound)
        table = self._table
        if capacity != table.capacity:
            self._smallest = capacity if self._smallest is None else min(capacity, self._smallest)
            table.resize(capacity)
            self._memo.clear()

    def encode(self, fields: Sequence[Field]) -> bytes:
        """Return the block of a list of fields; raises UnicodeEncodeError for characters beyond Latin-1.

        Every block must be sent, and in order: its successors refer to what it inserts. A list that cannot be encoded
        leaves the tables in step.
        """
        if type(fields) is tuple:
            block = self._memo.get(fields)
            if block is not None:
                return block
        try:
            return self._encode(fields)
        except Exception:
            self._forget()
            raise

    def _encode(self, fields: Sequence[Field]) -> bytes:
        table = self._table
        places = table.fields
        base = table.base
        whole = self._smallest is None  # all indexed: worth a memo
        out: list[bytes] = [] if whole else self._updates()
        never = self._never
        for field in fields:
            if field[0] in never:  # asked first, for tokens are long to hash
                whole = False
                out.append(never[field[0]] + _plain(field[1]))
                continue
            place = places.get(field)
            if place is None:
                whole = False
                out.append(self._literal(field))
                base = table.base
            else:
                out.append(_INDEXED[place if place < FIRST_DYNAMIC else base - place])
        block = b"".join(out)
        if whole and type(fields) is tuple:
            if len(self._memo) >= _MEMO_LISTS:
                self._memo.clear()
            self._memo[fields] = block
        return block

    def _literal(self, field: Field) -> bytes:
        """Return a field that is in no table, and give it a place if it has earned one."""
        name, value = field
        table = self._table
        place = table.names.get(name)
        index = 0 if place is None else place if place < FIRST_DYNAMIC else table.base - place
        if index >= FIRST_DYNAMIC and len(value) <= _CRUMB:
            return _LITERAL[index] + _plain(value)
        size = OVERHEAD + len(name) + len(value)
        if size <= table.capacity >> _SHARE_OF_FIELD:
            seen = self._seen
            mark = hash(field)
            if mark in seen or (not index and size <= table.capacity >> _SHARE_OF_NAME and hash(name) in seen):
                return self._insert(field, index)
            if len(seen) >= _SEEN:
                seen.clear()
            seen.add(mark)
            if not index:
                seen.add(hash(name))
        if index:
            return _LITERAL[index] + _plain(value)
        return b"\x00" + _plain(name) + _plain(value)

    def _insert(self, field: Field, index: int) -> bytes:
        self._seen -= {hash(field), hash(field[0])}  # once turned out they have to earn their place again
        self._memo.clear()
        start = _INSERTED[index] if index else b"\x40" + _shortest(field[0])
        value = _shortest(field[1])
        self._table.insert(field)
        return start + value

    def _forget(self) -> None:
        """Empty the table, and the peer's with the next block: parts of one that is never sent may be in ours."""
        capacity = self._table.capacity
        self._table.resize(0)
        self._table.resize(capacity)
        self._memo.clear()
        self._smallest = 0

    def _updates(self) -> list[bytes]:
        """Return the size updates that are due: the smallest size since the last block, and the present one."""
        smallest, capacity = self._smallest, self._table.capacity
        self._smallest = None
        sizes = [capacity] if smallest is None or smallest == capacity else [smallest, capacity]
        return [encode_integer(size, 0x20, 0x1F) for size in sizes]


def _start(name: str, pattern: int) -> bytes:
    """Return what a literal with this name begins with."""
    index = STATIC_NAMES.get(name)
    return bytes((pattern,)) + _plain(name) if index is None else encode_integer(index, pattern, 0x0F)


def _plain(text: str) -> bytes:
    """Return a string literal as it is: for what is sent once, Huffman code costs more than the octets it saves."""
    octets = text.encode("latin-1")
    length = len(octets)
    return (_LENGTHS[length] if length < _MAX_LENGTH else encode_integer(length, 0x00, 0x7F)) + octets


def _shortest(text: str) -> bytes:
    """Return a string literal, in Huffman code where that is shorter."""
    octets = huffman.encode(text.encode("latin-1"))
    return encode_integer(len(octets), 0x80, 0x7F) + octets if len(octets) < len(text) else _plain(text)
