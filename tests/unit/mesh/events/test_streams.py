"""Names and bounds of the streams."""

from guild.events.v1 import engagement_pb2, graph_pb2, jobs_pb2, messages_pb2, posts_pb2, trust_pb2, users_pb2
from guild.options.v1 import policy_pb2
from mesh.events.streams import STREAMS, Names


def test_every_stream_of_the_contract_exists() -> None:
    """Each event of the contract names a stream that is made."""
    files = (engagement_pb2, graph_pb2, jobs_pb2, messages_pb2, posts_pb2, trust_pb2, users_pb2)
    options = [message.GetOptions() for file in files for message in file.DESCRIPTOR.message_types_by_name.values()]
    named = {
        written.Extensions[policy_pb2.event].stream for written in options if written.HasExtension(policy_pb2.event)
    }

    assert set(STREAMS) == named


def test_prefix_goes_on_and_comes_off() -> None:
    """Under a prefix names are its own, and read back without it."""
    names = Names("t1")

    assert ("t1_GRAPH", "t1.guild.graph.x") == (names.stream("GRAPH"), names.subject("guild.graph.x"))
    assert "guild.graph.x" == names.without_prefix("t1.guild.graph.x")


def test_without_prefix_names_are_plain() -> None:
    """The usual mesh has the names of the contract."""
    names = Names()

    assert ("GRAPH", "guild.x") == (names.stream("GRAPH"), names.without_prefix(names.subject("guild.x")))


def test_production_replicates() -> None:
    """A cluster keeps as many copies and bytes as it is told."""
    config = Names().config("GRAPH", replicas=3, max_bytes=10**10)

    assert (3, 10**10, ["guild.graph.>"]) == (config.num_replicas, config.max_bytes, config.subjects)
