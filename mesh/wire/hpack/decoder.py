"""Header blocks to lists of fields: RFC 7541, sections 3 and 6."""

# ruff: noqa: PLR2004  octets are compared with the patterns that section 6 draws

from mesh.wire.hpack import huffman
from mesh.wire.hpack.errors import HpackError, ListTooLarge
from mesh.wire.hpack.integers import decode_integer
from mesh.wire.hpack.tables import DEFAULT_SIZE, DecodingTable, Field, field_size

_MEMO_BLOCKS = 64
_MEMO_OCTETS = 64  # longer blocks carry ids and tokens, and do not come twice


class Decoder:
    """The receiving end of a connection's header compression; after an HpackError it is of no more use.

    A block costs memory in proportion to its own length, whatever it refers to: bound blocks before they come here.
    """

    __slots__ = ("_max_fields", "_max_list_size", "_max_table_size", "_memo", "_must_shrink_to", "_table", "indexed")

    def __init__(
        self, *, max_table_size: int = DEFAULT_SIZE, max_list_size: int = 16384, max_fields: int = 128
    ) -> None:
        self._max_table_size = max_table_size
        self._max_list_size = max_list_size
        self._max_fields = max_fields
        self._table = DecodingTable(min(DEFAULT_SIZE, max_table_size))
        self._must_shrink_to: int | None = None
        self._memo: dict[bytes, tuple[list[Field], int]] = {}
        self.indexed = 0
        """How many fields at the beginning of the last block were indexed, at least: they were sent before."""

    @property
    def max_table_size(self) -> int:
        """Our SETTINGS_HEADER_TABLE_SIZE, as far as the peer has acknowledged it.

        Set it when the acknowledgement arrives: if it is below what the table may hold now, the next block must begin
        with a size update that heeds it (section 4.2).
        """
        return self._max_table_size

    @max_table_size.setter
    def max_table_size(self, size: int) -> None:
        self._max_table_size = size
        if size < self._table.capacity and (self._must_shrink_to is None or size < self._must_shrink_to):
            self._must_shrink_to = size
            self._memo.clear()

    def decode(self, block: bytes) -> list[Field]:
        """Return the fields of a block, to be read only: a block that comes again is answered with the same list.

        Raises HpackError for a malformed block; ListTooLarge, after the whole of it, for more fields or octets than we
        take.
        """
        known = self._memo.get(block)
        if known is not None:
            fields, self.indexed = known
            return fields
        version = self._table.version
        try:
            fields = self._decode(block)
        except IndexError:
            raise HpackError("a block ends within a field, or refers to an entry that is not there") from None
        finally:
            if version != self._table.version:  # also by a list that was too large
                self._memo.clear()
        if version == self._table.version and len(block) <= _MEMO_OCTETS:
            if len(self._memo) >= _MEMO_BLOCKS:
                self._memo.clear()
            self._memo[block] = fields, self.indexed
        return fields

    # One long loop on purpose: a call for each field would double what a block costs.
    def _decode(self, block: bytes) -> list[Field]:  # noqa: C901, PLR0912, PLR0915
        table = self._table
        entries = table.entries
        fields: list[Field] = []
        append = fields.append
        too_many = False
        text: str | None = None  # the block, to cut names and values from
        end = len(block)
        position = 0
        if self._must_shrink_to is not None or (end and 0x20 <= block[0] < 0x40):
            position = self._resize(block)
        begin, few = position, min(end, position + self._max_fields)
        while position < few and 0x80 < block[position] < 0xFF:
            append(entries[block[position] - 0x80])
            position += 1
        self.indexed = position - begin
        while position < end:
            # A field takes an octet at least: this far there is no need to count them.
            room = self._max_fields - len(fields)
            if room <= 0:
                too_many = True
                fields.clear()  # the rest is decoded for the table's sake, and kept no more
                room = self._max_fields
            horizon = min(end, position + room)
            while position < horizon:
                octet = block[position]
                position += 1
                if octet > 0x80:  # an indexed field
                    if octet == 0xFF:
                        octet, position = decode_integer(block, position, 0x7F)
                        append(entries[octet])
                    else:
                        append(entries[octet - 0x80])
                    continue
                if octet < 0x20:  # a literal without indexing, or never indexed
                    index = octet & 0x0F
                    if index == 0x0F:
                        index += block[position]
                        position += 1
                        if index >= 0x8F:  # there is more of it, which is rare
                            index, position = decode_integer(block, position - 1, 0x0F)
                    indexing = False
                elif 0x40 <= octet < 0x80:  # a literal with incremental indexing
                    index = octet & 0x3F
                    if index == 0x3F:
                        index, position = decode_integer(block, position, 0x3F)
                    indexing = True
                elif octet == 0x80:
                    raise HpackError("index zero refers to nothing")
                else:
                    raise HpackError("a size update stands after a field")
                if text is None:
                    text = str(block, "latin-1")
                if index:
                    name = entries[index][0]
                else:
                    length = block[position]
                    if length < 0x7F:  # short, and not in Huffman code
                        stop = position + 1 + length
                        name = text[position + 1 : stop]
                        position = stop
                    else:
                        name, position = _string(block, position)
                length = block[position]
                if length < 0x7F:
                    stop = position + 1 + length
                    field = (name, text[position + 1 : stop])
                    position = stop
                else:
                    value, position = _string(block, position)
                    field = (name, value)
                append(field)
                if indexing:
                    table.insert(field)
        if position > end:
            raise HpackError("a string is longer than its block")
        if too_many or len(fields) > self._max_fields:
            raise ListTooLarge(f"a list has more than {self._max_fields} fields")
        # No entry is larger than table.largest, and Huffman code is never shorter than 5 bits: mostly that settles it.
        most = len(fields) * table.largest + 2 * end
        if most > self._max_list_size and sum(map(field_size, fields)) > self._max_list_size:
            raise ListTooLarge(f"a list is larger than {self._max_list_size} octets")
        return fields

    def _resize(self, block: bytes) -> int:
        """Obey the size updates a block begins with, and return the position after them."""
        position = 0
        while position < len(block) and 0x20 <= block[position] < 0x40:
            size = block[position] & 0x1F
            position += 1
            if size == 0x1F:
                size, position = decode_integer(block, position, 0x1F)
            if size > self._max_table_size:
                raise HpackError(f"a table of {size} octets is larger than the {self._max_table_size} we allow")
            if self._must_shrink_to is not None:
                if size > self._must_shrink_to:
                    break
                self._must_shrink_to = None
            self._table.resize(size)
        if self._must_shrink_to is not None:
            raise HpackError(f"a block does not begin by shrinking the table to {self._must_shrink_to} octets")
        return position


def _string(block: bytes, position: int) -> tuple[str, int]:
    """Return the string literal at a position (section 5.2), and the position after it."""
    length = block[position] & 0x7F
    huffman_coded = block[position] & 0x80
    position += 1
    if length == 0x7F:
        length, position = decode_integer(block, position, 0x7F)
    stop = position + length
    octets = block[position:stop]
    return huffman.decode(octets) if huffman_coded else str(octets, "latin-1"), stop
