"""One gRPC transport after another under the same load, without anything of Guild."""
