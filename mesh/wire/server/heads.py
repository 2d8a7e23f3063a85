"""The fields that every response of a server begins or ends with."""

from mesh.wire import messages

HEAD = (
    (":status", "200"),
    ("content-type", "application/grpc"),
    ("grpc-accept-encoding", messages.ACCEPTED),
)
ZIPPED_HEAD = (*HEAD, ("grpc-encoding", messages.GZIP))
OK = (("grpc-status", "0"),)
