"""Files in a folder, or in a store with an S3 API."""

from mesh.objects.errors import AddressInvalid, ObjectMissing, ObjectsUnavailable
from mesh.objects.keys import ENDINGS, content_type_of, is_key
from mesh.objects.reading import Head, Reading, Span
from mesh.objects.signing import Grant, Signer
from mesh.objects.store import FOLDER_PATH, PUBLIC_PREFIX, Objects, Upload, open_objects

__all__ = [
    "ENDINGS",
    "FOLDER_PATH",
    "PUBLIC_PREFIX",
    "AddressInvalid",
    "Grant",
    "Head",
    "ObjectMissing",
    "Objects",
    "ObjectsUnavailable",
    "Reading",
    "Signer",
    "Span",
    "Upload",
    "content_type_of",
    "is_key",
    "open_objects",
]
