"""What can be wrong with a header block."""


class HpackError(Exception):
    """The block is malformed and the tables are out of step: a connection error, COMPRESSION_ERROR."""


class ListTooLarge(Exception):  # noqa: N818  the connection goes on: refusing a stream is no failure of the compression
    """The block is well formed, and its list is larger than we take: the tables are in step, refuse the stream."""
