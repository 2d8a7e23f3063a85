"""What bytes are, by how they begin: the patterns of https://mimesniff.spec.whatwg.org/ for what is taken."""

SNIFFED_BYTES = 512

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
_MP4_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1", b"mp41", b"mp42", b"M4V ", b"MSNV", b"dash"}
)
"""Of the ISO base media file format, that are films; others are pictures, sound or QuickTime."""
_EBML = b"\x1a\x45\xdf\xa3"
_DOC_TYPE = b"\x42\x82"


def content_type(head: bytes) -> str | None:
    """Return the type of what begins with these bytes; None for one that is not taken."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS:
        return "video/mp4"
    if head.startswith(_EBML) and _doc_type(head) == b"webm":
        return "video/webm"
    return None


def _doc_type(head: bytes) -> bytes:
    """Return the DocType of an EBML header: after its id a length of one byte, whose highest bit is set."""
    at = head.find(_DOC_TYPE)
    if at < 0 or at + 3 > len(head):
        return b""
    length = head[at + 2] & 0x7F
    return head[at + 3 : at + 3 + length].rstrip(b"\0")
