"""Who talks to whom about what, and what a peer cannot do."""

from dataclasses import dataclass

from tests.interop.cases import CASES

UNDER_TEST = "wire"


@dataclass(frozen=True, slots=True)
class Pair:
    """A client and a server by the names of their implementations."""

    client: str
    server: str

    def __str__(self) -> str:
        return f"{self.client} to {self.server}"


PAIRS = (
    Pair("grpcio", UNDER_TEST),
    Pair("grpc-go", UNDER_TEST),
    Pair("grpc-js", UNDER_TEST),
    Pair(UNDER_TEST, UNDER_TEST),
    Pair(UNDER_TEST, "grpcio"),
    Pair(UNDER_TEST, "grpc-go"),
)

LACKING = {
    ("client", "grpc-go"): {"server_compressed_streaming"},
    ("server", "grpc-go"): {"server_compressed_unary", "server_compressed_streaming"},
}
"""grpc-go's own test service compresses nothing on request, and its client has no case that would ask."""


def possible(case: str, pair: Pair) -> bool:
    """Whether both ends can do what the case asks for."""
    lacking = LACKING.get(("client", pair.client), set()) | LACKING.get(("server", pair.server), set())
    return case not in lacking


NAMES = tuple(case.__name__ for case in CASES)
MATRIX = tuple((case, pair) for pair in PAIRS for case in NAMES if possible(case, pair))
